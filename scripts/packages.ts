// The two packages of this project: a VSIX for VS Code and a tarball for npm.
import { mkdir, rename, stat } from 'node:fs/promises';
import { packageVsix } from '../test/host/vsix.ts';
import { runTool } from './tool.ts';

export interface MadePackage {
  readonly ok: boolean;
  /** Path below the repository. */
  readonly file: string;
  readonly bytes: number;
  /** The files it holds; where it could not be made, what the tool said. */
  readonly lines: readonly string[];
}

/** dist/ must be built. */
export async function packageExtension(): Promise<MadePackage> {
  const file = 'artifacts/varve.vsix';
  await mkdir('artifacts', { recursive: true });
  const problem = await packageVsix('.', file).then(
    () => undefined,
    (error: Error) => error.message,
  );
  const listed = await runTool('vsce', ['vsce', 'ls', '--no-dependencies']);
  if (problem !== undefined) return { ok: false, file, bytes: 0, lines: problem.split('\n') };
  return { ok: true, file, bytes: (await stat(file)).size, lines: listed.output.trim().split('\n') };
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** dist/ must be built. */
export async function packageForNpm(): Promise<MadePackage> {
  const file = 'artifacts/varve.tgz';
  await mkdir('artifacts', { recursive: true });
  const made = await runTool('npm', [
    'npm',
    'pack',
    '--json',
    '--ignore-scripts',
    '--loglevel=error',
    '--pack-destination',
    'artifacts',
  ]);
  const packed = made.ok ? readPacked(made.output) : undefined;
  if (!packed) return { ok: false, file, bytes: 0, lines: made.output.trim().split('\n') };
  await rename(`artifacts/${packed.filename}`, file);
  return { ok: true, file, bytes: (await stat(file)).size, lines: packed.files.map((one) => one.path) };
}

/** npm 11 answers a list, later ones an object by package name. */
function readPacked(output: string): Packed | undefined {
  const start = output.search(/[[{]/);
  const answer = JSON.parse(output.slice(start)) as Packed[] | Record<string, Packed>;
  return Object.values(answer)[0];
}
