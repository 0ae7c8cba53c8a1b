import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { type CliPlace, makeCliPlace } from '../../cli/cli-place.ts';
import { endOf, journal, sessionOf, start } from './run-place.ts';
import { task } from './scripted-task.ts';
import { leftBehind, thirtySteps } from './thirty-steps.ts';

/** Every kill takes two runs of some seconds: all of them on demand, a spread of them in every test run. */
const isFull = process.env['VARVE_FULL'] === '1';
const SPREAD = 8;
const PROMPT_KILLS = isFull ? 200 : 10;

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

describe('a run of thirty steps', () => {
  it(
    'killed at any of its events and continued leaves what an uninterrupted one leaves, nothing twice',
    async () => {
      const whole = await uninterrupted();
      const points = killPoints(whole.events);
      const differences: object[] = [];
      for (const point of points) {
        const found = await killedAt(point);
        if (JSON.stringify(found) !== JSON.stringify(whole.left)) differences.push({ point, found });
      }
      expect(differences).toEqual([]);
      expect(points.length).toBeGreaterThanOrEqual(SPREAD);
    },
    isFull ? 3_600_000 : 240_000,
  );
});

describe('a prompt', () => {
  it(
    'is on disk before its request leaves, whenever the process is killed then',
    async () => {
      const place = await makeCliPlace(cli.path);
      let kill = (): void => {};
      await place.serve(() => {
        kill();
        return { hang: true };
      });
      for (let nth = 0; nth < PROMPT_KILLS; nth += 1) {
        const id = `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`;
        const started = place.start(['-p', `Task ${nth}`, '--session-id', id]);
        // From at once to 20 ms after the request came.
        kill = () => void setTimeout(() => started.child.kill('SIGKILL'), (nth * 7) % 21);
        expect(await started.finished).toMatchObject({ signal: 'SIGKILL' });
        expect(await promptOf(place, id)).toBe(`Task ${nth}`);
      }
    },
    isFull ? 600_000 : 120_000,
  );
});

interface Whole {
  readonly events: number;
  readonly left: object;
}

async function uninterrupted(): Promise<Whole> {
  const place = await preparedPlace();
  const { run, events } = start(place, { prompt: 'Do the task' });
  expect(await run.ended).toMatchObject({ code: 0 });
  return { events: events.filter(({ type }) => type !== 'text-delta').length, left: await outcome(place) };
}

function killPoints(events: number): readonly number[] {
  const all = Array.from({ length: events }, (_event, index) => index + 1);
  return isFull ? all : all.filter((point) => point % Math.floor(events / SPREAD) === 1);
}

async function killedAt(point: number): Promise<object> {
  const place = await preparedPlace();
  const first = start(place, { prompt: 'Do the task' });
  let count = 0;
  let pid: number | undefined;
  first.run.onEvent(({ type }) => {
    if (type === 'run-start') pid = pidOf(place);
    if (type === 'text-delta') return;
    count += 1;
    if (count === point && pid !== undefined) killNow(pid);
  });
  await first.run.ended;
  const session = sessionOf(first.events) ?? '';
  const second = start(place, { prompt: '', resume: session });
  const ended = await second.run.ended;
  // Behind its last event there may be nothing left to do.
  const isOver = ended.code === 0 || ended.errorText.includes(`Nothing of session ${session} is pending`);
  return isOver ? outcome(place) : { session, ended, end: endOf(second.events) };
}

async function preparedPlace(): Promise<CliPlace> {
  const place = await makeCliPlace(cli.path);
  await place.serve(task(thirtySteps));
  await place.run(['set-up']);
  return place;
}

async function outcome(place: CliPlace): Promise<object> {
  const { events } = await journal(place);
  const results = events.flatMap((event) => (event.type === 'tool-result' ? [event.id] : []));
  return {
    ...(await leftBehind(place)),
    prompts: events.filter(({ type }) => type === 'message-user').length,
    answeredTwice: results.length - new Set(results).size,
    unanswered: thirtySteps.filter(({ id }) => !results.includes(id)).map(({ id }) => id),
    end: events.findLast((event) => event.type === 'run-end')?.outcome,
  };
}

/** At once, while the event is heard: the process is at most a few lines further. */
function pidOf(place: CliPlace): number {
  const projects = join(place.varveHome, 'projects');
  const directory = join(projects, readdirSync(projects)[0] ?? '', 'sessions');
  const name = readdirSync(directory).find((entry) => entry.endsWith('.jsonl')) ?? '';
  const [, pid] = /"pid":(\d+)/.exec(readFileSync(join(directory, name), 'utf8')) ?? [];
  return Number(pid);
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It came to its end by itself.
  }
}

async function promptOf(place: CliPlace, id: string): Promise<string | undefined> {
  const projects = join(place.varveHome, 'projects');
  const directory = join(projects, readdirSync(projects)[0] ?? '', 'sessions');
  const text = await readFile(join(directory, `${id}.jsonl`), 'utf8');
  const events = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; text?: string });
  return events.find(({ type }) => type === 'message-user')?.text;
}
