// Copies the README's pictures from the last test run (`artifacts/pictures`) to where the README shows them.
import { copyFile, mkdir, readFile } from 'node:fs/promises';

const readme = await readFile('README.md', 'utf8');
const names = [...readme.matchAll(/docs\/pictures\/([\w-]+\.png)/g)].map((match) => match[1]);
await mkdir('docs/pictures', { recursive: true });
for (const name of names) {
  await copyFile(`artifacts/pictures/${name}`, `docs/pictures/${name}`).catch(() => {
    process.exitCode = 1;
    process.stderr.write(`${name} was not taken yet. Run npm test first; it takes the pictures.\n`);
  });
}
