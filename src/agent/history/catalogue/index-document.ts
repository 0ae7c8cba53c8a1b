import type { Transcript, TranscriptEntry } from '../transcript.ts';
import { comparable, isBelow } from './belongs-to.ts';
import { type EntryGroup, entryGroups, textOf } from './entry-groups.ts';

/** What the index is given of one group of entries: the text of each kind apart, so that each may count for its worth. */
export interface IndexDocument {
  /** Of the group's first entry. */
  readonly entry: string;
  readonly kind: TranscriptEntry['kind'];
  /** Milliseconds since the epoch; 0: the tool does not note it. */
  readonly time: number;
  /** Of the session, on its first document. */
  readonly title: string;
  readonly prompt: string;
  readonly answer: string;
  readonly command: string;
  readonly path: string;
}

/** Pure. A session of which nothing was said still has one document, for its title. */
export function documentsOf(transcript: Transcript): readonly IndexDocument[] {
  const groups = entryGroups(transcript);
  const documents = groups.map((group, index) =>
    documentOf(group, index === 0 ? transcript.title : '', transcript.cwd),
  );
  if (documents.length > 0 || transcript.title === '') return documents;
  const nothing = { prompt: '', answer: '', command: '', path: '' };
  return [
    { entry: '', kind: 'prompt', time: transcript.created, title: spaced(transcript.title), ...nothing },
  ];
}

function documentOf({ entry, entries }: EntryGroup, title: string, cwd: string): IndexDocument {
  const texts = { prompt: [] as string[], answer: [] as string[], command: [] as string[] };
  const paths = new Set<string>();
  for (const one of entries) {
    texts[columnOf(one)].push(textOf(one));
    if (one.kind === 'call')
      for (const path of [...one.reads, ...one.writes]) paths.add(shortPath(path, cwd));
  }
  const first = entries[0];
  return {
    entry,
    kind: first?.kind ?? 'notice',
    time: first?.time ?? 0,
    title: spaced(title),
    prompt: spaced(texts.prompt.join('\n')),
    answer: spaced(texts.answer.join('\n')),
    command: spaced(texts.command.join('\n')),
    path: spaced([...paths].join('\n')),
  };
}

function columnOf({ kind }: TranscriptEntry): 'prompt' | 'answer' | 'command' {
  if (kind === 'prompt') return 'prompt';
  return kind === 'call' ? 'command' : 'answer';
}

/** The directories above the project stand in every path of it and tell nothing apart. */
function shortPath(path: string, cwd: string): string {
  if (cwd === '' || !isBelow(path, cwd, false)) return path;
  return comparable(path, false).slice(comparable(cwd, false).length + 1);
}

const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

/** The index parts words at blanks and marks; scripts without spaces become words of one character each. */
export function spaced(text: string): string {
  return text.search(WITHOUT_SPACES) < 0 ? text : text.replace(WITHOUT_SPACES, ' $& ');
}
