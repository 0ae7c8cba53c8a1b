// npm run record:histories -- TOOL PROGRAM: records the sessions that the tests read, by the real program, against model
// servers on loopback. PROGRAM is where it is installed; without it the package of each is printed.
import { readdir, rm } from 'node:fs/promises';

interface Recorder {
  readonly PACKAGE: string;
  readonly VERSION: string;
  record(program: string, into: string): Promise<void>;
}

const HOME = 'test/agent/history';

async function recorders(): Promise<ReadonlyMap<string, Recorder>> {
  const found = new Map<string, Recorder>();
  for (const entry of await readdir(HOME, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const parts = await readdir(`${HOME}/${entry.name}`);
    if (parts.includes('record.ts'))
      found.set(entry.name, (await import(`../${HOME}/${entry.name}/record.ts`)) as Recorder);
  }
  return found;
}

const [tool = '', program] = process.argv.slice(2);
const all = await recorders();
const recorder = all.get(tool);
if (!recorder || program === undefined) {
  const known = [...all].map(([name, { PACKAGE, VERSION }]) => `  ${name}  ${PACKAGE}@${VERSION}\n`);
  process.stderr.write(
    `npm run record:histories -- TOOL PROGRAM, with TOOL and the package of its program:\n${known.join('')}`,
  );
  process.exit(2);
}
const into = `test/fixtures/histories/${tool}`;
await rm(into, { recursive: true, force: true });
await recorder.record(program, into);
