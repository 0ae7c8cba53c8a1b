/**
 * Text of a model, a tool or a file, made harmless for a terminal: control sequences would move the cursor over our
 * own questions, write the clipboard or set titles; bidirectional controls make text read other than it is.
 */
export function harmless(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(SEQUENCES, '').replace(CONTROLS, '');
}

// CSI … final byte; OSC, DCS, SOS, PM, APC … up to their end; two-character escapes; the same with C1 introducers.
const SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Our own marks around harmless text. Colours are the theme's; nothing is said by colour alone. */
export const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
export const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`;
export const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
export const green = (text: string): string => `\u001b[32m${text}\u001b[39m`;
export const yellow = (text: string): string => `\u001b[33m${text}\u001b[39m`;

/** A unified diff, coloured, at most `limit` lines of it. */
export function diffText(diff: string, limit: number, more: (left: number) => string): string {
  const lines = harmless(diff).trimEnd().split('\n');
  const shown = lines.slice(0, limit).map(diffLine);
  const left = lines.length - shown.length;
  return [...shown, ...(left > 0 ? [dim(more(left))] : [])].map((line) => `  ${line}`).join('\n');
}

function diffLine(line: string): string {
  if (line.startsWith('+++') || line.startsWith('---')) return bold(line);
  if (line.startsWith('+')) return green(line);
  if (line.startsWith('-')) return red(line);
  return line.startsWith('@@') ? dim(line) : line;
}
