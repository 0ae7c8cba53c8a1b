// npm run cli -- ARGUMENTS: the varve command as built, here.
import { passThrough } from './tool.ts';

process.exitCode = await passThrough([process.execPath, 'dist/cli.js', ...process.argv.slice(2)]);
