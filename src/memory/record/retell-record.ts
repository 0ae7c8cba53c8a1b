import { readFrontMatter } from '../file/front-matter.ts';
import { setFrontMatterValue } from '../file/front-matter-edit.ts';
import { plainScalar, safeBody, safeLine, shorten } from './safe-text.ts';

/** What a record says, apart from what it is. */
export interface Telling {
  readonly title: string;
  readonly why?: string;
  readonly considered?: string;
  /** Words of the evidence, as they stand there. */
  readonly quotes: readonly string[];
}

/** The text of a record file that tells the same in other words; id, kind, status and unknown keys stay. */
export function retoldRecord(text: string, telling: Telling): string {
  const title = shorten(safeLine(telling.title), 110).replace(/\.$/, '');
  const why = telling.why === undefined ? undefined : shorten(safeLine(telling.why), 600);
  const described = setFrontMatterValue(
    text,
    ['description'],
    plainScalar(why === undefined ? title : `${title}; ${why.replace(/\.$/, '')}`),
  );
  const head = described.ok ? described.value : text;
  const { bodyStart } = readFrontMatter(head);
  return `${head.slice(0, bodyStart)}${safeBody(bodyOf(title, why, telling))}\n`;
}

function bodyOf(title: string, why: string | undefined, { considered, quotes }: Telling): string {
  const parts = [`${title}.`];
  if (why !== undefined) parts.push(`**Why:** ${why}`);
  if (considered !== undefined) parts.push(`**Considered:** ${shorten(safeLine(considered), 200)}`);
  if (quotes.length > 0)
    parts.push(`**Evidence:** ${quotes.map((quote) => `“${shorten(safeLine(quote), 300)}”`).join(' ')}`);
  return parts.join('\n\n');
}
