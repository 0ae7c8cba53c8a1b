// Run as a process of its own, in place of the extension host: starts a run, says when its command has begun, waits.
import { createChildEngine } from '../../../src/agent/engine/child-engine.ts';

const [cli = '', cwd = '', word] = process.argv.slice(2);
const detached = word === 'detached';
const engine = createChildEngine({ command: process.execPath, args: [cli], environment: process.env });
const run = engine.start({
  prompt: 'Do the task',
  cwd,
  permissionMode: detached ? 'acceptEdits' : 'bypassPermissions',
  allowedTools: [],
  detached,
});
run.onEvent((event) => {
  if (event.type === 'tool-output') process.stdout.write('begun\n');
  if (event.type === 'unsaved-ask') run.send({ type: 'unsaved-answer', id: event.id, unsaved: false });
  if (event.type === 'approval-ask')
    run.send({ type: 'approval-answer', id: event.request.id, decision: 'once' });
});
await run.ended;
