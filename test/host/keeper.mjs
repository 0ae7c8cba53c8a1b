// Runs a program and takes it away with everything it started when the one who asked is gone, killed -9 included:
// the asker holds the other end of our standard input. Arguments: directory to remove, program, its arguments.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const [directory, program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
let closing = false;

function finish() {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  // We lead the group: whatever still runs in it goes with us.
  process.kill(0, 'SIGKILL');
}

child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code) => {
  if (closing) finish();
  else process.exit(code ?? 1);
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
process.stdin.on('error', () => {});
process.stdin.on('close', () => {
  closing = true;
  process.kill(0, 'SIGTERM');
  setTimeout(finish, 2000);
});
process.stdin.resume();
