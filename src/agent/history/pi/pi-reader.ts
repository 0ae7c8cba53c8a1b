import { basename, join } from 'node:path';
import { failure, success } from '../../../base/result.ts';
import type { CallShape } from '../call-shape.ts';
import type { HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import { fieldOf, parseLoose, textField, timeOf } from '../loose-json.ts';
import { readSessionLines } from '../session-lines.ts';
import { directoriesIn, entriesOf, isReached, newestOf, withStatus } from '../tool-directory.ts';
import { type Transcript, type TranscriptLineage, toolNames } from '../transcript.ts';
import { PiReading } from './pi-reading.ts';

/** Pi's own tools. Source: dist/core/tools of pi 1.6.0. */
const shapes: Readonly<Record<string, CallShape>> = {
  read: { act: 'read', paths: ['path'] },
  ls: { act: 'read', about: ['path'] },
  grep: { act: 'search', about: ['pattern'] },
  find: { act: 'search', about: ['pattern'] },
  edit: { act: 'write', paths: ['path'] },
  write: { act: 'write', paths: ['path'] },
  bash: { act: 'execute', command: 'command' },
  powershell: { act: 'execute', command: 'command' },
};

/** Sessions of pi (`@earendil-works/pi-coding-agent`), checked with 1.6.0. */
export const piReader: HistoryReader = {
  tool: 'pi',
  name: toolNames.pi,
  places: piPlaces,
  find: async (machine, limit) => {
    const { files } = machine;
    const problems: string[] = [];
    const paths = new Set<string>();
    for (const place of await piPlaces(machine)) {
      // A directory of a person's choice holds sessions directly, pi's own has one for each working directory.
      for (const directory of [place, ...(await directoriesIn(files, place, problems))])
        for (const { name, kind } of await entriesOf(files, directory, problems))
          if (kind === 'file' && name.endsWith('.jsonl')) paths.add(join(directory, name));
    }
    const found = await withStatus(
      files,
      [...paths].map((path) => ({ tool: 'pi' as const, id: idOf(path), path })),
    );
    return { sessions: newestOf(found, limit), problems: [...new Set(problems)] };
  },
  read: async (machine, session) => {
    const { files, homeDirectory } = machine;
    if (!(await isReached(files, await piPlaces(machine), session.path)))
      return failure({ message: `${session.path} is no session of pi any more. List the sessions again.` });
    const reading = new PiReading(homeDirectory, shapes);
    try {
      for await (const line of readSessionLines(files, session.path)) reading.addLine(line);
    } catch {
      if (reading.header === undefined)
        return failure({ message: `${session.path} could not be read. Check whose it is, then try again.` });
      reading.breakOff();
    }
    if (reading.header === undefined && reading.lastTime === undefined)
      return failure({ message: `${session.path} holds nothing of a session of pi.` });
    return success(transcriptOf(reading, session));
  },
  parts: async (machine, { path }) =>
    (await isReached(machine.files, await piPlaces(machine), path)) ? [path] : [],
  reopenings: ({ id, cwd }) =>
    isSessionId(id) ? [{ kind: 'terminal', command: 'pi', args: ['--session', id], cwd }] : [],
  // Pi deletes a session only when a person says so.
  retention: async () => undefined,
};

/**
 * `PI_CODING_AGENT_SESSION_DIR`, `sessionDir` of the person's settings, and the default: a session made before one of
 * them was set is still where it was. Relative ones depend on where pi is started and are left out.
 */
async function piPlaces({ files, homeDirectory, environment }: MachinePlaces): Promise<readonly string[]> {
  const agent = inHome(environment['PI_CODING_AGENT_DIR'], homeDirectory) ?? join(homeDirectory, '.pi/agent');
  const settings = await files.readFile(join(agent, 'settings.json')).catch(() => undefined);
  const set = settings && textField(parseLoose(Buffer.from(settings).toString('utf8')), 'sessionDir');
  const own = [environment['PI_CODING_AGENT_SESSION_DIR'], set].flatMap(
    (path) => inHome(path, homeDirectory) ?? [],
  );
  return [...new Set([...own, join(agent, 'sessions')])];
}

function inHome(path: string | undefined, home: string): string | undefined {
  if (path === undefined || path === '') return undefined;
  const expanded = path === '~' || /^~[\\/]/.test(path) ? join(home, path.slice(1)) : path;
  return /^(?:[\\/]|[A-Za-z]:[\\/])/.test(expanded) ? join(expanded) : undefined;
}

/** Files are named for the time and the id, which may hold `_` itself. */
function idOf(path: string): string {
  const name = basename(path, '.jsonl');
  return /^\d{4}-\d\d-\d\dT[\d-]+Z?_(.+)$/.exec(name)?.[1] ?? name;
}

/** The rule of pi itself. */
function isSessionId(id: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(id);
}

function transcriptOf(reading: PiReading, { id, modified }: SessionFile): Transcript {
  const { header, title, firstTime, lastTime } = reading;
  const created = timeOf(fieldOf(header, 'timestamp')) ?? firstTime ?? modified;
  return {
    tool: 'pi',
    id,
    title,
    cwd: textField(header, 'cwd') ?? '',
    created,
    modified: Math.max(created, Math.min(lastTime ?? modified, modified)),
    ...reading.outcome(),
    ...lineageOf(reading),
  };
}

/** A fork holds a copy of what came before; a session begun from another does not. */
function lineageOf(reading: PiReading): { readonly lineage?: TranscriptLineage } {
  const parent = textField(reading.header, 'parentSession');
  if (parent === undefined || parent === '') return {};
  const from = idOf(parent.replaceAll('\\', '/'));
  return { lineage: { how: reading.isCopy ? 'fork' : 'continuation', from } };
}
