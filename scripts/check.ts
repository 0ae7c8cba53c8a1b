// npm run check
import { runChecks } from './checks.ts';

const runs = await runChecks();
process.exitCode = runs.every((run) => run.ok) ? 0 : 1;
