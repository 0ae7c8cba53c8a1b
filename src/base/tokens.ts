const BYTES_PER_TOKEN = 3.3;
// Ideographs and kana take 3 bytes but about one token each: counted one by one instead of by the byte.
const TOKENS_PER_WIDE_CHARACTER = 1.1;
const WIDE = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/gu;

/**
 * An *estimate* of what a text costs in a model's context, in tokens: UTF-8 bytes / 3.3, wide East Asian
 * characters at 1.1 each. For budgets and comparisons; a bill comes from the server's `usage`.
 */
export function estimateTokens(text: string): number {
  const wide = text.match(WIDE)?.length ?? 0;
  const bytes = Buffer.byteLength(text, 'utf8') - wide * 3;
  return Math.ceil(bytes / BYTES_PER_TOKEN + wide * TOKENS_PER_WIDE_CHARACTER);
}
