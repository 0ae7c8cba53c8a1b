import type { ImageBlock } from '../model/model.ts';

type PictureType = ImageBlock['source']['media_type'];

/** What the first bytes of a file that is not text say it is. */
export type BinaryKind =
  | { readonly kind: 'picture'; readonly mediaType: PictureType }
  | { readonly kind: 'other'; readonly name: string; readonly advice: string }
  | { readonly kind: 'unknown' };

const pictures: readonly (readonly [PictureType, (start: string) => boolean])[] = [
  ['image/png', (start) => start.startsWith('\x89PNG\r\n\x1a\n')],
  ['image/jpeg', (start) => start.startsWith('\xff\xd8\xff')],
  ['image/gif', (start) => start.startsWith('GIF87a') || start.startsWith('GIF89a')],
  ['image/webp', (start) => start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP'],
];

const byCommand = 'Use run_command with a program that understands it.';
const others: readonly (readonly [start: string, name: string, advice: string])[] = [
  ['%PDF-', 'a PDF document', 'Its text can be had with run_command, e.g. pdftotext FILE -.'],
  ['PK\x03\x04', 'a ZIP archive, or a document that is one', 'unzip -l FILE lists what is in it.'],
  ['\x1f\x8b', 'gzip data', 'zcat FILE shows what is in it.'],
  ['\x28\xb5\x2f\xfd', 'zstd data', byCommand],
  ['\xfd7zXZ', 'xz data', byCommand],
  ['SQLite format 3\0', 'a SQLite database', byCommand],
  ['\x7fELF', 'an ELF program or library', byCommand],
  ['MZ', 'a Windows program or library', byCommand],
  ['\0asm', 'a WebAssembly module', byCommand],
  ['\xca\xfe\xba\xbe', 'a Java class or a macOS program', byCommand],
  ['\xcf\xfa\xed\xfe', 'a macOS program or library', byCommand],
  ['wOF2', 'a font', byCommand],
  ['OggS', 'an Ogg recording', byCommand],
  ['ID3', 'an MP3 recording', byCommand],
  ['BM', 'a BMP picture', 'Only PNG, JPEG, GIF and WebP are shown; convert it first.'],
  ['II*\0', 'a TIFF picture', 'Only PNG, JPEG, GIF and WebP are shown; convert it first.'],
  ['MM\0*', 'a TIFF picture', 'Only PNG, JPEG, GIF and WebP are shown; convert it first.'],
];

/** Looks at the bytes alone: names lie. */
export function binaryKind(bytes: Uint8Array): BinaryKind {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  const picture = pictures.find(([, isIt]) => isIt(start));
  if (picture !== undefined) return { kind: 'picture', mediaType: picture[0] };
  const other = others.find(([begin]) => start.startsWith(begin));
  if (other !== undefined) return { kind: 'other', name: other[1], advice: other[2] };
  if (start.slice(4, 8) === 'ftyp')
    return { kind: 'other', name: 'a video or HEIF picture', advice: byCommand };
  return { kind: 'unknown' };
}
