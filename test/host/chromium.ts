// Finds a Chromium, or gets one.
import { access, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { environmentForNpm, lastLines, runToEnd } from './host-process.ts';
import { HostProblem, REPOSITORY } from './installed-host.ts';

/**
 * Answers the path of a Chromium: `$CHROMIUM_PATH`, one of the system, one that Playwright keeps; else installs
 * Debian's where it may (root), else asks Playwright to download one. Rejects with {@link HostProblem}.
 */
export async function findChromium(
  say: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<string> {
  const told = process.env['CHROMIUM_PATH'];
  if (told) {
    if (await exists(told)) return told;
    throw new HostProblem(`CHROMIUM_PATH names ${told}, which is not there: correct it or unset it.`);
  }
  const found = (await ofTheSystem()) ?? (await ofPlaywright());
  if (found) return found;
  return (await fromDebian(say)) ?? (await fromPlaywright(say));
}

async function ofTheSystem(): Promise<string | undefined> {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
  const directories = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/bin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((app) =>
    ['/Applications', join(homedir(), 'Applications')].map(
      (folder) => `${folder}/${app}.app/Contents/MacOS/${app}`,
    ),
  );
  const places = [
    ...names.flatMap((name) => directories.filter(Boolean).map((directory) => join(directory, name))),
    ...apps,
  ];
  return firstThere(places);
}

/** Any revision will do: the pages we drive ask for nothing new. */
async function ofPlaywright(): Promise<string | undefined> {
  const cache =
    process.env['PLAYWRIGHT_BROWSERS_PATH'] ??
    join(homedir(), process.platform === 'darwin' ? 'Library/Caches/ms-playwright' : '.cache/ms-playwright');
  const revisions = (await readdir(cache).catch(() => []))
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort()
    .reverse();
  const inside = [
    'chrome-linux64/chrome',
    'chrome-linux/chrome',
    'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
    'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
    'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  ];
  return firstThere(revisions.flatMap((revision) => inside.map((path) => join(cache, revision, path))));
}

async function fromDebian(say: (line: string) => void): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !(await exists('/usr/bin/apt-get')))
    return undefined;
  say('Installing Chromium from Debian (once, about 30 s)');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runToEnd('apt-get', ['update', '-qq'], { env });
  await runToEnd(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
    { env },
  );
  return ofTheSystem();
}

async function fromPlaywright(say: (line: string) => void): Promise<string> {
  say('Downloading Chromium with Playwright (once)');
  const cli = join(REPOSITORY, 'node_modules/playwright-core/cli.js');
  const done = await runToEnd(process.execPath, [cli, 'install', 'chromium'], { env: environmentForNpm() });
  const found = await ofPlaywright();
  if (found) return found;
  throw new HostProblem(
    `There is no Chromium here and none could be downloaded: install chromium or Google Chrome, or set CHROMIUM_PATH.\n${lastLines(done.output, 3)}`,
  );
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await exists(path)) return path;
  return undefined;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
