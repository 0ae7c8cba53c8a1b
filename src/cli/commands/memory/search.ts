import { relative } from 'node:path';
import { showHidden } from '../../../memory/record/safe-text.ts';
import type { SearchHit } from '../../../memory/search/search.ts';
import { colorsFor } from '../../colors.ts';
import { flag, text } from '../../command.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import { shortId } from '../../proposal-line.ts';
import type { MemoryAction } from './memory-action.ts';

const mostHits = 200;

/** `varve memory search`: docs/formats/search.md has the JSON. */
export const search: MemoryAction = async (cli, args, workspace) => {
  const query = args.positionals.join(' ');
  if (query.trim() === '')
    return sayProblem(cli, { message: 'Say what to look for: varve memory search WORDS.' });
  const limit = Number(text(args, 'limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostHits)
    return sayProblem(cli, { message: `--limit is a number from 1 to ${mostHits}.` });
  const hits = await workspace.search(query, { limit });
  if (flag(args, 'json')) return outJson(cli, { version: 1, query, hits });
  const places = hits.map((hit) => placeOf(hit, workspace.root));
  const width = Math.max(0, ...places.map(({ length }) => length));
  const { bold } = colorsFor(cli.environment, cli.terminal.outputIsTerminal);
  for (const [index, hit] of hits.entries())
    await cli.terminal.out(
      `${(places[index] ?? '').padEnd(width)}  ${titleOf(hit)}\n    ${withMatches(hit, bold)}\n`,
    );
  if (hits.length === 0) cli.terminal.say('Nothing that is remembered here has these words.\n');
  return 0;
};

/** `path:line`, from the root where it is inside, so that a terminal can open it. */
function placeOf({ path, line }: SearchHit, root: string): string {
  const inside = relative(root, path);
  const shown = showHidden(inside.startsWith('..') ? path : inside).replaceAll('\n', ' ');
  return line === undefined ? shown : `${shown}:${line + 1}`;
}

function titleOf({ kind, id, title, place, section, state }: SearchHit): string {
  if (kind === 'record' || kind === 'proposal') {
    const status = state === 'accepted' ? '' : `, ${state}`;
    return `${title}  (${place}${status}, ${shortId(id)})`;
  }
  const where = section === undefined ? place : `${place}, ${section}`;
  return `${kind === 'file' ? title : cut(title)}  (${where}${state === 'loaded' ? '' : `, ${state}`})`;
}

function withMatches({ excerpt, matches }: SearchHit, mark: (text: string) => string): string {
  let shown = '';
  let at = 0;
  for (const { start, end } of matches) {
    shown += excerpt.slice(at, start) + mark(excerpt.slice(start, end));
    at = end;
  }
  return shown + excerpt.slice(at);
}

/** An entry's title is how its text begins, and that stands below. */
function cut(title: string): string {
  return title.length <= 60 ? title : `${title.slice(0, 59).replace(/[\ud800-\udbff]$/, '')}…`;
}
