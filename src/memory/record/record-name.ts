import type { RecordKind } from '../project/record-kind.ts';

const slugBytes = 60;

/**
 * `<kind>-<slug>-<id6>`: ASCII and lower case, so it is unique after case folding and equal in every Unicode
 * normal form; the kind in front keeps it clear of the device names of Windows. `id6` are the last six of the ULID.
 */
export function recordName(kind: RecordKind, title: string, id: string): string {
  return `${kind}-${slug(title)}-${id.slice(-6).toLowerCase()}`;
}

function slug(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/['’`]/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  let out = '';
  for (const word of words) {
    const next = out === '' ? word.slice(0, slugBytes) : `${out}-${word}`;
    if (next.length > slugBytes) break;
    out = next;
  }
  return out === '' ? 'untitled' : out;
}
