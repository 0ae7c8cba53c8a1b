// npm run package: the extension as artifacts/varve.vsix and the npm package as artifacts/varve.tgz, from what
// dist/ holds; prints what is in them. It builds first.

import { packageExtension, packageForNpm } from './packages.ts';
import { passThrough } from './tool.ts';

const built = await passThrough([process.execPath, 'scripts/build.mjs']);
if (built !== 0) process.exit(built);
for (const make of [packageExtension, packageForNpm]) {
  const made = await make();
  process.stdout.write(made.ok ? `${made.file} ${(made.bytes / 1024).toFixed(0)} KB\n` : '');
  process.stdout.write(`${made.lines.map((line) => `  ${line}`).join('\n')}\n`);
  if (!made.ok) process.exitCode = 1;
}
