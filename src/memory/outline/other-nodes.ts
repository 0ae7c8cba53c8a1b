import { programNames } from '../hierarchy/program-names.ts';
import type { OtherFile } from '../hierarchy/readers.ts';
import { type FileContext, fileLabel, plainText, tokenWords } from './file-nodes.ts';
import type { OutlineNode } from './outline.ts';
import { readerNames } from './reader-words.ts';

/** *Other agents*: the files that Claude Code does not consider and another program reads. Left out where there is none. */
export function otherAgents(context: FileContext, others: readonly OtherFile[]): readonly OutlineNode[] {
  if (others.length === 0) return [];
  const id = context.ids.next('', 'scope', 'others');
  const count = `${others.length} ${others.length === 1 ? 'file' : 'files'}`;
  return [
    {
      id,
      kind: 'scope',
      label: 'Other agents',
      description: count,
      tokens: 0,
      explanation: `${count} that other programs read and Claude Code does not. They cost nothing in Claude Code.`,
      state: 'skipped',
      children: others.map((other) => otherNode(context, id, other)),
    },
  ];
}

function otherNode(context: FileContext, parent: string, { path, readings }: OtherFile): OutlineNode {
  const readBy = readerNames(readings.map(({ dialect }) => dialect));
  const files = readings.map(({ file }) => file);
  const tokens = Math.max(...files.map((file) => file.tokens));
  const waits = files.every(({ state }) => state === 'on-demand') ? ['on demand'] : [];
  const scope = files[0]?.scope;
  const reasons = readings.map(({ dialect, file }) => `${programNames[dialect]}: ${file.reason}`);
  return {
    id: context.ids.next(parent, 'file', path),
    kind: 'file',
    label: fileLabel(context, { path, scope: scope ?? 'project' }),
    description: [readBy.join(', '), tokenWords(tokens), ...waits].join(' · '),
    ...(scope === undefined ? {} : { scope }),
    tokens: 0,
    path,
    explanation: plainText(
      `${path} — Not read by Claude Code. Read by ${reasons.join('; ')}. About ${tokenWords(tokens)} there.`,
    ),
    state: 'skipped',
    readBy,
    children: [],
  };
}
