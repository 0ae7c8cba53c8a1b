import type { ShellWord } from './shell-word.ts';

/** How a command hands on words. */
export interface Wrapper {
  /** Options that take the next word. */
  readonly takesValue?: string;
  /** Words before the command, e.g. the duration of `timeout`. */
  readonly operands?: number;
  /** `NAME=value` words come first. */
  readonly assigns?: boolean;
  readonly isTransparent?: boolean;
  /** An operand may be left out where an option stands instead: `setarch -R ls`. */
  readonly optionsToo?: boolean;
}

const containerOptions =
  '-v -e -p -w -u -l -m -h -a -c -P --name --volume --env --env-file --publish --workdir --user --label --network --net --mount --memory --hostname --add-host --entrypoint --platform --cpus --restart --device --cap-add --cap-drop --security-opt --tmpfs --ulimit --dns --expose --gpus --ipc --pid --pull --runtime --shm-size --volumes-from --log-driver --log-opt';

/** Programs that run their further words by a word of their own, e.g. `docker exec`; the key is both words. */
export const runners: Readonly<Record<string, Wrapper>> = {
  ssh: { takesValue: '-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w', operands: 1 },
  'docker run': { takesValue: containerOptions, operands: 1 },
  'docker exec': { takesValue: '-e -u -w --env --env-file --user --workdir --detach-keys', operands: 1 },
  'podman run': { takesValue: containerOptions, operands: 1 },
  'podman exec': { takesValue: '-e -u -w --env --user --workdir', operands: 1 },
  'kubectl exec': { takesValue: '-c -n --container --namespace', operands: 1 },
  'kubectl run': { takesValue: '-n --image --namespace', operands: 1 },
  npx: { takesValue: '-p --package' },
  bunx: {},
  pnpx: {},
  uvx: { takesValue: '--from --with --python' },
  pipx: { operands: 1 },
  'npm exec': { takesValue: '-p --package -c --call' },
  'npm x': { takesValue: '-p --package -c --call' },
  'pnpm exec': {},
  'pnpm dlx': { takesValue: '--package' },
  'yarn exec': {},
  'yarn dlx': { takesValue: '-p --package' },
  'bun x': {},
  'poetry run': {},
  'pipenv run': {},
  'uv run': { takesValue: '--with --python -p --project --directory --env-file' },
  'hatch run': {},
  'rye run': {},
  'bundle exec': {},
  'conda run': { takesValue: '-n -p --name --prefix' },
  'direnv exec': { operands: 1 },
  'mise exec': {},
  'mise x': {},
  'asdf exec': {},
  'rbenv exec': {},
  'pyenv exec': {},
  'nix run': {},
  'op run': { takesValue: '--env-file' },
  'doppler run': {},
  'aws-vault exec': { operands: 1 },
  'git bisect run': {},
  'git submodule foreach': {},
  'hash -p': {},
};

/** What a call is in the table of wrappers, and how many of its words are its name there. Global options are passed over. */
export function runnerName(
  name: string,
  rest: readonly ShellWord[],
): { readonly key: string; readonly skipped: number } {
  const words = rest.map((word) => word.value);
  if (name === 'git') {
    const at = words.findIndex((word) => word === 'bisect' || word === 'submodule');
    const next = at === -1 ? -1 : words.findIndex((word, index) => index > at && !word.startsWith('-'));
    const key = `git ${words[at] ?? ''} ${words[next] ?? ''}`;
    return Object.hasOwn(runners, key) ? { key, skipped: next + 1 } : { key: name, skipped: 0 };
  }
  // An option before the word may have a value, so every word up to the third is tried.
  const at = words.slice(0, 5).findIndex((word) => Object.hasOwn(runners, `${name} ${word}`));
  if (at === -1) return { key: name, skipped: 0 };
  return { key: `${name} ${words[at] ?? ''}`, skipped: at + 1 };
}
