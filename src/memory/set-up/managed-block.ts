/** How the file that holds a block writes comments: Markdown, or git's own files. */
export type BlockStyle = 'html' | 'hash';

export interface ManagedBlock {
  readonly style: BlockStyle;
  /** ULID of the project: only a block that names it is ours, so a text that quotes another block stays untouched. */
  readonly project: string;
  /** ASCII, without line ends. */
  readonly lines: readonly string[];
}

/** `present`: a block of this project stands there; `foreign-encoding`: not a text to append ASCII to; `broken`: a begin without its end. */
export type BlockState = 'absent' | 'present' | 'foreign-encoding' | 'broken';

/**
 * Bytes are handled as Latin-1 text, one unit for each byte, so what is not ours comes out as it went in, whatever
 * its encoding.
 */
function unitsOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function bytesOf(units: string): Uint8Array {
  return new Uint8Array(Buffer.from(units, 'latin1'));
}

interface FoundBlock {
  readonly start: number;
  readonly end: number;
  readonly madeFile: boolean;
  /** Line ends that were added before the block. */
  readonly added: number;
  /** As the file has it now: git may have converted all of it. */
  readonly lineEnd: string;
  readonly inner: string;
}

function beginPattern(style: BlockStyle, project: string | undefined): RegExp {
  const id = project === undefined ? '[0-9A-Za-z]+' : project;
  const inner = `varve:begin v=1 project=${id} made=(file|block) before=([0-2])`;
  return style === 'html' ? new RegExp(`<!-- ${inner} -->(\\r?\\n)`) : new RegExp(`# ${inner}(\\r?\\n)`);
}

function endMark(style: BlockStyle): string {
  return style === 'html' ? '<!-- varve:end -->' : '# varve:end';
}

function findBlock(
  units: string,
  style: BlockStyle,
  project: string | undefined,
): FoundBlock | 'broken' | undefined {
  const begin = beginPattern(style, project).exec(units);
  if (begin === null) return undefined;
  const innerStart = begin.index + begin[0].length;
  const mark = endMark(style);
  const innerEnd = units.indexOf(mark, innerStart);
  if (innerEnd < 0) return 'broken';
  const lineEnd = begin[3] ?? '\n';
  const afterMark = innerEnd + mark.length;
  return {
    start: begin.index,
    end: units.startsWith(lineEnd, afterMark) ? afterMark + lineEnd.length : afterMark,
    madeFile: begin[1] === 'file',
    added: Number(begin[2]),
    lineEnd,
    inner: units.slice(innerStart, innerEnd),
  };
}

/** What stands in the file for the project; any project's block where none is given. */
export function blockState(
  bytes: Uint8Array | null,
  style: BlockStyle,
  project: string | undefined,
): BlockState {
  if (bytes === null) return 'absent';
  const units = unitsOf(bytes);
  if (units.includes('\0') || /^(?:\xFF\xFE|\xFE\xFF)/.test(units)) return 'foreign-encoding';
  const found = findBlock(units, style, project);
  if (found === undefined) return 'absent';
  return found === 'broken' ? 'broken' : 'present';
}

/** True where the lines between the marks are not the ones given: somebody edited them by hand, or another version wrote them. */
export function blockDiffers(bytes: Uint8Array, style: BlockStyle, lines: readonly string[]): boolean {
  const found = findBlock(unitsOf(bytes), style, undefined);
  if (found === undefined || found === 'broken') return false;
  return found.inner.replace(/\r\n/g, '\n') !== lines.map((line) => `${line}\n`).join('');
}

/**
 * The file with the block at its end, every byte before it kept. The file's line ends are used; a missing final one
 * is added, and the begin mark notes what {@link withoutBlock} has to take away again. `null`: there is no file.
 * Call it only where {@link blockState} is `absent`.
 */
export function withBlock(bytes: Uint8Array | null, block: ManagedBlock): Uint8Array {
  const units = bytes === null ? '' : unitsOf(bytes);
  const lineEnd = lineEndOf(units);
  const isEmpty = units === '' || units === '\xEF\xBB\xBF';
  const blank = block.style === 'html' ? 1 : 0;
  const added = isEmpty ? 0 : (units.endsWith('\n') ? 0 : 1) + blank;
  const note = `varve:begin v=1 project=${block.project} made=${bytes === null ? 'file' : 'block'} before=${added}`;
  const begin = block.style === 'html' ? `<!-- ${note} -->` : `# ${note}`;
  const lines = [begin, ...block.lines, endMark(block.style)];
  return bytesOf(units + lineEnd.repeat(added) + lines.map((line) => line + lineEnd).join(''));
}

/**
 * The file without the project's block: the bytes it had before where nothing was edited around it, and otherwise
 * all that was written by hand. `null`: the block was all there was and set-up had made the file.
 */
export function withoutBlock(
  bytes: Uint8Array,
  style: BlockStyle,
  project: string | undefined,
): Uint8Array | null {
  const units = unitsOf(bytes);
  const found = findBlock(units, style, project);
  if (found === undefined || found === 'broken') return bytes;
  const tail = units.slice(found.end);
  let head = units.slice(0, found.start);
  for (let left = found.added; left > 0 && head.endsWith(found.lineEnd); left--) {
    const shorter = head.slice(0, -found.lineEnd.length);
    // Text written below the block stays on a line of its own.
    if (tail !== '' && shorter !== '' && !shorter.endsWith('\n')) break;
    head = shorter;
  }
  const rest = head + tail;
  return rest === '' && found.madeFile ? null : bytesOf(rest);
}

function lineEndOf(units: string): string {
  const all = units.split('\n').length - 1;
  const windows = units.split('\r\n').length - 1;
  return windows * 2 > all ? '\r\n' : '\n';
}
