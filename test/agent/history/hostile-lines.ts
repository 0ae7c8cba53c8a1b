const deep = `{"type":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
/** Lines that a file of sessions never holds by itself. */
export const hostilePieces: readonly string[] = [
  '\uFEFF',
  'no JSON at all {',
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  '{"type":"__proto__","role":"constructor","message":{"__proto__":{"polluted":true}}}',
  '[1,2,3]\nnull\n"text"\n7\n{}',
  deep,
  `{"${'k'.repeat(300_000)}":{"type":null,"id":[],"message":7,"timestamp":{},"content":{"a":1}}}`,
  '\u0000\u0000\u0000\uFFFD\u2028',
];

/** The piece as a line of its own at the beginning, in the middle and at the end. */
export function withPieces(content: Uint8Array, piece: string): Uint8Array {
  const middle = content.indexOf(10, Math.floor(content.length / 2)) + 1;
  const line = Buffer.from(`${piece}\n`);
  const end = content.at(-1) === 10 ? line : Buffer.concat([Buffer.from('\n'), line]);
  return Buffer.concat([line, content.subarray(0, middle), line, content.subarray(middle), end]);
}
