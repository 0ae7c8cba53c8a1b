// npm run fix: format, sort imports and apply the safe fixes of the linter.
import { passThrough } from './tool.ts';

process.exitCode = await passThrough(['biome', 'check', '--write']);
