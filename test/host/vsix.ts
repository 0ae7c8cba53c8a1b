// Packaging an extension and installing the package, as a user does it.
import { join } from 'node:path';
import { environmentForEditor, environmentForNpm, lastLines, runToEnd } from './host-process.ts';
import { HostProblem, installHost, REPOSITORY } from './installed-host.ts';

/** Packages the extension in `directory` (built already) as `file`. Rejects with {@link HostProblem}; answers what vsce said. */
export async function packageVsix(directory: string, file: string): Promise<string> {
  const vsce = join(REPOSITORY, 'node_modules/@vscode/vsce/vsce');
  const args = [
    vsce,
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '-o',
    file,
  ];
  const done = await runToEnd(process.execPath, args, { cwd: directory, env: environmentForNpm() });
  if (done.code === 0) return done.output;
  throw new HostProblem(
    `The extension could not be packaged: correct what vsce names.\n${lastLines(done.output, 12)}`,
  );
}

/** Installs a package into a directory that {@link startServer} is given as `extensionsDir`. */
export async function installVsix(file: string, extensionsDir: string): Promise<void> {
  const host = await installHost();
  const own = join(extensionsDir, '.install');
  const args = [
    host.entry,
    '--config',
    join(own, 'config.yaml'),
    '--user-data-dir',
    own,
    '--extensions-dir',
    extensionsDir,
  ];
  const done = await runToEnd(host.node, [...args, '--install-extension', file, '--force'], {
    env: environmentForEditor(),
  });
  if (done.code === 0 && /successfully installed/i.test(done.output)) return;
  throw new HostProblem(`VS Code did not install ${file}: read what it says.\n${lastLines(done.output, 12)}`);
}
