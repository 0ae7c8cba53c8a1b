/**
 * A JSON object as settings files have it, with comments and commas before a closing bracket. Undefined where it is
 * none. Prototype keys come back as own keys and are never walked by us.
 */
export function parseSettings(text: string): Readonly<Record<string, unknown>> | undefined {
  const plain = text
    .replace(/^\uFEFF/, '')
    .replace(/"(?:[^"\\]|\\[\s\S])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (piece) =>
      piece.startsWith('"') ? piece : ' ',
    )
    .replace(/"(?:[^"\\]|\\[\s\S])*"|,(?=\s*[}\]])/g, (piece) => (piece === ',' ? '' : piece));
  try {
    return asObject(JSON.parse(plain));
  } catch {
    return undefined;
  }
}

/** The value as an object of keys, or undefined. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
