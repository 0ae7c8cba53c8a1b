// npm run dev: builds again whenever a file of src changes, until Ctrl+C.
import { passThrough } from './tool.ts';

process.exitCode = await passThrough([process.execPath, 'scripts/build.mjs', '--watch']);
