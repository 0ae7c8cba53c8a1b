import { resolve } from 'node:path';
import { anchorName } from '../../../memory/freshness/anchor.ts';
import type { MemoryRecord } from '../../../memory/record/record.ts';
import type { AnchorFreshness } from '../../../memory/workspace/memory-freshness.ts';
import { flag } from '../../command.ts';
import { count } from '../../count.ts';
import { findNamed } from '../../find-named.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import { shortId } from '../../proposal-line.ts';
import type { MemoryAction } from './memory-action.ts';
import { sayDone } from './review.ts';

export const freshness: MemoryAction = async (cli, args, workspace) => {
  const [path] = args.positionals;
  const anchors = await workspace.freshness.look(path === undefined ? undefined : resolve(cli.cwd, path));
  if (flag(args, 'json')) return outJson(cli, { version: 1, root: workspace.root, anchors });
  const records = new Map((await workspace.records()).map((record) => [record.id, record]));
  for (const [id, its] of byRecord(anchors)) await cli.terminal.out(block(id, records.get(id), its));
  cli.terminal.say(`${verdict(anchors)}\n`);
  return 0;
};

export const stillTrue: MemoryAction = async (cli, args, workspace) => {
  if (args.positionals.length === 0)
    return sayProblem(cli, { message: 'Say which records: ids as varve memory freshness lists them.' });
  const records = await workspace.records();
  const meant = new Map<string, string>();
  for (const name of args.positionals) {
    const found = findNamed(name, records, (record) => record);
    if (!found.ok) return sayProblem(cli, found.error);
    meant.set(found.value.id, found.value.description);
  }
  const done = await workspace.freshness.stillTrue([...meant.keys()]);
  return sayDone(cli, args, done, (id) => `${shortId(id)}  Still true: ${meant.get(id) ?? id}`);
};

function byRecord(anchors: readonly AnchorFreshness[]): ReadonlyMap<string, readonly AnchorFreshness[]> {
  const found = new Map<string, AnchorFreshness[]>();
  for (const anchor of anchors) {
    const known = found.get(anchor.recordId);
    if (known === undefined) found.set(anchor.recordId, [anchor]);
    else known.push(anchor);
  }
  return found;
}

function block(id: string, record: MemoryRecord | undefined, anchors: readonly AnchorFreshness[]): string {
  const lines = anchors.map((anchor) => `  ${anchor.state.padEnd(8)} ${visible(placeOf(anchor))}\n`);
  return `${shortId(id)}  ${visible(record?.description ?? id)}\n${lines.join('')}`;
}

function placeOf(anchor: AnchorFreshness): string {
  const { now, state } = anchor;
  const then = anchorName(anchor);
  if (now === undefined || (now.path === anchor.path && now.symbol === anchor.symbol)) return then;
  return `${then} ${state === 'moved' ? 'is now' : 'now at'} ${anchorName(now)}:${now.first + 1}`;
}

function verdict(anchors: readonly AnchorFreshness[]): string {
  if (anchors.length === 0) return 'No accepted record here speaks of code.';
  const states = ['fresh', 'moved', 'stale', 'gone', 'unknown'] as const;
  const parts = states.flatMap((state) => {
    const number = anchors.filter((anchor) => anchor.state === state).length;
    return number === 0 ? [] : [`${number} ${state}`];
  });
  return `${count(anchors.length, 'anchor')}: ${parts.join(', ')}.`;
}

/** A path or symbol of a file may hold what moves a terminal's cursor. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
