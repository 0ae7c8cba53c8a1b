// Writes NOTICE.md: every package that ships inside dist/, with its version and the text of its licence.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

/** Names of the packages of which at least one byte ends in the bundles, sorted. */
export async function bundledPackages() {
  const { metafile } = await build({
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    splitting: true,
    outdir: 'dist',
    external: ['vscode'],
    entryPoints: ['src/extension.ts', 'src/cli.ts'],
    logLevel: 'silent',
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const shipped = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  const named = shipped.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(named)].sort();
}

async function section(name) {
  const directory = `node_modules/${name}`;
  const { version, license } = JSON.parse(await readFile(`${directory}/package.json`, 'utf8'));
  const file = (await readdir(directory)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text =
    file === undefined
      ? '(The package names its licence and brings no text of it.)'
      : await readFile(`${directory}/${file}`, 'utf8');
  return `## ${name} ${version}\n\nLicence: ${license}\n\n${text.trim().replace(/^/gm, '    ').replace(/ +$/gm, '')}\n`;
}

export async function noticeText() {
  const sections = await Promise.all((await bundledPackages()).map(section));
  const head =
    '# Notice\n\nVarve ships with parts of the following packages inside its bundles. This page is made by `npm run notice`.\n';
  return `${head}\n${sections.join('\n')}`;
}

if (process.argv[1] === import.meta.filename) await writeFile('NOTICE.md', await noticeText());
