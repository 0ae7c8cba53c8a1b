// A process of its own for `capture-speed`: node scripts/bench/read-history.ts DIRECTORY reads the history as capture does and
// prints what it took.
import { createGit } from '../../src/base/git-process.ts';
import { streamChangeSets } from '../../src/memory/capture/read-change-sets.ts';

const git = createGit({ directory: process.argv[2] ?? '.', environment: process.env });
const before = process.memoryUsage.rss();
const start = performance.now();
let commits = 0;
for await (const one of streamChangeSets(git)) {
  if (!one.ok) throw new Error(one.error.message);
  commits += 1;
}
const milliseconds = performance.now() - start;
const growth = process.resourceUsage().maxRSS * 1024 - before;
process.stdout.write(`${JSON.stringify({ commits, milliseconds, growth })}\n`);
