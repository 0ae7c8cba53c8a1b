/** An object read from JSON with comments and trailing commas; undefined where the text is none. Never throws. */
export function readJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const plain = text.replace(/^\uFEFF/, '');
  return parsed(plain) ?? parsed(withoutComments(plain));
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The value where it is an object and no array. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function withoutComments(text: string): string {
  return text
    .replace(
      /("(?:[^"\\\n]|\\.)*"?)|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g,
      (_, kept: string | undefined) => kept ?? '',
    )
    .replace(/("(?:[^"\\\n]|\\.)*"?)|,(?=\s*[}\]])/g, (_, kept: string | undefined) => kept ?? '');
}
