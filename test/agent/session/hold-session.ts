// Run as a process of its own: opens the session it is told, says so, and holds it until its input ends.
import { createMask } from '../../../src/agent/guard/secret-mask.ts';
import { openSession } from '../../../src/agent/session/session.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { currentOwner } from '../../../src/base/process-identity.ts';

const [directory = '', id = ''] = process.argv.slice(2);
const opened = await openSession(
  { files: nodeFiles, clock: systemClock, owner: await currentOwner(), directory, mask: createMask([]) },
  id,
);
process.stdout.write(opened.ok ? 'held\n' : `${opened.error.kind}\n`);
if (opened.ok) {
  for await (const _ of process.stdin);
  await opened.value.close();
}
