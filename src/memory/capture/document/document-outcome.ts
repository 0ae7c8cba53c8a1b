import { firstReason, sentencesOf } from '../sentences.ts';
import type { DocumentText, Section } from './document-text.ts';
import { isLabelled, type Label } from './document-words.ts';

export interface DocumentOutcome {
  /** What was decided, in a sentence; MADR's title says it already. */
  readonly what?: string;
  readonly why?: string;
  readonly considered?: string;
}

const statement =
  /\bin (?:the )?context of\b([\s\S]*?)\bfacing\b[\s\S]*?\bwe (?:have )?(?:decided|chose|opted)(?: for| to| on)?\b([\s\S]*?)(?:\b(?:and (?:neglected|against|not)|neglecting|over)\b([\s\S]*?))?\bto achieve\b([\s\S]*?)(?:,?\s*\baccepting\b[\s\S]*|$)/i;

/** What the text says was decided, why and instead of what, in the few words a record has room for. */
export function outcomeOf(text: DocumentText): DocumentOutcome {
  const whole = text.sections
    .flatMap(({ lines }) => lines)
    .join('\n')
    .slice(0, 20_000);
  const y = statement.exec(whole.replace(/[*_]|\n\s*\n/g, ' '));
  if (y !== null) return fromStatement(y);
  const decision = sentencesOf(plain(bodyOf(text, 'decision'))).filter((sentence) => !/^[[{]/.test(sentence));
  const considered = optionsOf(text);
  const [first, second] = decision;
  const isChoice =
    /^chosen (?:option|alternative)\b|^gewählte (?:option|alternative)|^option (?:retenue|choisie)|^opción elegida|^opção escolhida|^选择|^選択|^採用/i.test(
      first ?? '',
    );
  const listed = /\b(?:because|weil|parce que|porque)[:,]?$/i.test(first ?? '') ? second : undefined;
  const stated = sentencesOf(plain(bodyOf(text, 'reason')))[0];
  const reason = listed ?? firstReason(decision.slice(0, 3)) ?? stated ?? firstReason(decision);
  // "Comes out best (see below)" is the template's own filler.
  const why = reason === undefined || /^[[{]|^comes out best/i.test(reason) ? undefined : reason;
  return {
    ...(isChoice || first === undefined ? {} : { what: first }),
    ...(why === undefined ? {} : { why }),
    ...(considered === undefined ? {} : { considered }),
  };
}

/** Whether it states a decision in the form of a Y-statement. */
export function isStatement(text: DocumentText): boolean {
  const whole = text.sections
    .flatMap(({ lines }) => lines)
    .join(' ')
    .slice(0, 20_000);
  return statement.test(whole.replace(/[*_]/g, ' '));
}

function fromStatement(match: RegExpExecArray): DocumentOutcome {
  const [, , chosen = '', neglected = '', aim = ''] = match.map((part) =>
    (part ?? '').replace(/\s+/g, ' ').replace(/^[\s:,]+|[\s,:]+$/g, ''),
  );
  return {
    ...(chosen === '' ? {} : { what: `We decided for ${chosen}` }),
    ...(aim === '' ? {} : { why: `To achieve ${aim.replace(/\.$/, '')}.` }),
    ...(neglected === '' ? {} : { considered: neglected }),
  };
}

/** The text under the first heading of that name; where it has headings of its own below, theirs too. */
function bodyOf(text: DocumentText, label: Label): string {
  const at = text.sections.findIndex(({ heading }) => isLabelled(heading, label));
  const section = text.sections[at];
  if (section === undefined) return text.fields.find(({ name }) => isLabelled(name, label))?.value ?? '';
  const own = section.lines.join('\n').trim();
  return own === '' ? below(text.sections.slice(at + 1), section.depth) : own;
}

function below(sections: readonly Section[], depth: number): string {
  const first = sections[0];
  return first !== undefined && first.depth > depth ? first.lines.join('\n').trim() : '';
}

/** What stands in sentences: no tables, no quotation marks of the margin. */
function plain(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*\|/.test(line))
    .map((line) => line.replace(/^\s*>\s?/, ''))
    .join('\n')
    .replace(/\*\*|__/g, '');
}

function optionsOf(text: DocumentText): string | undefined {
  const at = text.sections.findIndex(({ heading }) => isLabelled(heading, 'options'));
  const section = text.sections[at];
  if (section === undefined) return undefined;
  const listed = section.lines
    .map((line) => /^\s{0,3}(?:[-*+]|\d+\.)\s+(.+)/.exec(line)?.[1])
    .filter((option) => option !== undefined);
  const headed = text.sections
    .slice(at + 1)
    .slice(
      0,
      Math.max(
        0,
        text.sections.slice(at + 1).findIndex(({ depth }) => depth <= section.depth),
      ),
    )
    .filter(({ depth }) => depth === section.depth + 1)
    .map(({ heading }) => heading);
  const options = listed.length > 0 ? listed : headed;
  return options.length === 0 ? undefined : options.slice(0, 4).join('; ');
}
