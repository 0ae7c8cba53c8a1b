// Reads dialogues in the format of LoCoMo (snap-research/locomo), tolerant of what stands in its public file: evidence
// ids that are joined (`D8:6; D9:17`), mistyped (`D:11:26`) or missing, images that have a caption only.

export interface Turn {
  /** `D<session>:<turn>`. */
  readonly id: string;
  readonly speaker: string;
  readonly text: string;
}

export interface Session {
  readonly id: string;
  readonly date: string;
  readonly turns: readonly Turn[];
}

export interface Question {
  readonly text: string;
  /** Ids of turns that exist; never empty. */
  readonly evidence: readonly string[];
}

export interface Dialogue {
  readonly id: string;
  readonly sessions: readonly Session[];
  readonly questions: readonly Question[];
}

/** One dialogue or a list of them. Throws with a sentence when there is none. */
export function readLocomo(json: unknown): readonly Dialogue[] {
  const list = Array.isArray(json) ? json : [json];
  const dialogues = list.flatMap((one, index) => dialogueOf(one, index));
  if (dialogues.length === 0) throw new Error('There is no dialogue in the format of LoCoMo in this file.');
  return dialogues;
}

type Fields = Readonly<Record<string, unknown>>;

function dialogueOf(value: unknown, index: number): readonly Dialogue[] {
  const fields = fieldsOf(value);
  const conversation = fieldsOf(fields['conversation'] ?? fields);
  const sessions = Object.keys(conversation)
    .flatMap((key) => sessionOf(conversation, key))
    .sort((a, b) => numberOf(a.id) - numberOf(b.id));
  if (sessions.length === 0) return [];
  const known = new Set(sessions.flatMap(({ turns }) => turns.map(({ id }) => id)));
  const questions = listOf(fields['qa']).flatMap((qa) => questionOf(fieldsOf(qa), known));
  return [{ id: textOf(fields['sample_id']) || `dialogue-${index + 1}`, sessions, questions }];
}

function sessionOf(conversation: Fields, key: string): readonly Session[] {
  const number = /^session_(\d+)$/.exec(key)?.[1];
  if (number === undefined || !Array.isArray(conversation[key])) return [];
  const turns = listOf(conversation[key]).flatMap((turn, index) => turnOf(fieldsOf(turn), number, index));
  return turns.length === 0
    ? []
    : [{ id: `D${Number(number)}`, date: textOf(conversation[`${key}_date_time`]), turns }];
}

function turnOf(turn: Fields, session: string, index: number): readonly Turn[] {
  const said = [textOf(turn['text']), textOf(turn['blip_caption'])].filter((part) => part !== '');
  const id = evidenceIds(turn['dia_id'])[0] ?? `D${Number(session)}:${index + 1}`;
  return [{ id, speaker: textOf(turn['speaker']), text: said.join('\n') }];
}

function questionOf(qa: Fields, known: ReadonlySet<string>): readonly Question[] {
  const text = textOf(qa['question']);
  const evidence = [...new Set(listOf(qa['evidence']).flatMap(evidenceIds))].filter((id) => known.has(id));
  return text === '' || evidence.length === 0 ? [] : [{ text, evidence }];
}

/** Every turn that a piece of evidence names, leading zeros gone. */
function evidenceIds(value: unknown): readonly string[] {
  return [...textOf(value).matchAll(/D\s*:?\s*(\d+)\s*:\s*(\d+)/gi)].map(
    ([, session, turn]) => `D${Number(session)}:${Number(turn)}`,
  );
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function numberOf(id: string): number {
  return Number(id.slice(1));
}
