// Run as a process of its own, in place of the extension host: starts a run, says when its command has begun, waits.
import { createChildEngine } from '../../../src/agent/engine/child-engine.ts';

const [cli = '', cwd = ''] = process.argv.slice(2);
const engine = createChildEngine({ command: process.execPath, args: [cli], environment: process.env });
const run = engine.start({
  prompt: 'Do the task',
  cwd,
  permissionMode: 'bypassPermissions',
  allowedTools: [],
});
run.onEvent((event) => {
  if (event.type === 'tool-output') process.stdout.write('begun\n');
});
await run.ended;
