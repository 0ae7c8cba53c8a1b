import { sentencesOf } from '../../../memory/capture/sentences.ts';

/** A prompt longer than this holds something pasted: only its first and last paragraphs are the person's own words. */
const OWN_WORDS_UNITS = 3_000;
const PARAGRAPH_UNITS = 1_200;

/**
 * Sentences that a person or an agent wrote in prose: without code, quotes, tables, headings, blocks in tags and what
 * was pasted.
 */
export function saidSentences(text: string): readonly string[] {
  const prose = withoutTags(text)
    .replace(/^\s*(```|~~~)[\s\S]*?(?:^\s*\1.*$|$(?![\s\S]))/gm, '\n')
    .split('\n')
    .filter((line) => !/^(?:\t| {4})|^\s*(?:>|#{1,6}\s|\||\$ |at \S+ \()/.test(line))
    .join('\n');
  return sentencesOf(chatLines(ownWords(prose)))
    .flatMap(inChat)
    .map((sentence) => sentence.replace(/\*\*([^*]+)\*\*|__([^_]+)__/g, '$1$2').trim());
}

/** In a chat a line is a thought, also without an empty one before it, unless it goes on in the middle of a sentence. */
function chatLines(text: string): string {
  return text.replace(/([.!?])\s*\n(?=\S)/g, '$1\n\n');
}

/** Sentences of people who do not begin them with a capital. */
function inChat(sentence: string): readonly string[] {
  return sentence.split(
    /(?<!\b(?:e\.g|i\.e|vs|cf|etc|approx|resp|no))(?<=[\p{L}\p{N})'"][.!?;])\s+(?=\p{Ll})/u,
  );
}

/** What editors and programs put around a prompt: `<ide_selection>…</ide_selection>` and its kin. */
function withoutTags(text: string): string {
  return text.slice(0, 65_536).replace(/<([a-z][\w-]{1,60})(?:\s[^<>\n]{0,300})?>[\s\S]*?<\/\1>/gi, '\n\n');
}

function ownWords(prose: string): string {
  if (prose.length <= OWN_WORDS_UNITS) return prose;
  const paragraphs = prose.split(/\n\s*\n/).filter((one) => one.trim() !== '');
  const ends = [paragraphs[0], paragraphs.length > 1 ? paragraphs.at(-1) : undefined];
  return ends.filter((one) => one !== undefined && one.length <= PARAGRAPH_UNITS).join('\n\n');
}
