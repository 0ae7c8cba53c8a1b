import { allCalls, readShell } from '../../guard/shell-command.ts';

/** A command that says whether the code is in order. */
export interface CheckCommand {
  readonly kind: 'test' | 'build' | 'lint';
  /** Words from the program on, as typed; assignments, `cd` and what wraps it are left out. */
  readonly words: readonly string[];
  /** Program and task: the same for a whole check and one of its parts. */
  readonly base: string;
  /** Its exit code is not that of the check: something stands behind it in a pipe, or it may fail. */
  readonly isMasked: boolean;
}

type Kind = CheckCommand['kind'];

/** Programs that run another one, with how many words stand before it. */
const runners: Readonly<Record<string, readonly string[]>> = {
  npx: [],
  bunx: [],
  pnpx: [],
  pnpm: ['exec', 'dlx'],
  yarn: ['exec', 'dlx'],
  npm: ['exec'],
  bun: ['x'],
  python: ['-m'],
  python3: ['-m'],
  py: ['-m'],
  poetry: ['run'],
  uv: ['run'],
  pipenv: ['run'],
  hatch: ['run'],
  bundle: ['exec'],
};

const scriptRunners = new Set([
  'npm',
  'pnpm',
  'yarn',
  'bun',
  'deno',
  'just',
  'make',
  'task',
  'composer',
  'rake',
]);

/** Programs that are a check by themselves. */
const programs: Readonly<Record<string, Kind>> = {
  vitest: 'test',
  jest: 'test',
  mocha: 'test',
  ava: 'test',
  tap: 'test',
  playwright: 'test',
  cypress: 'test',
  pytest: 'test',
  unittest: 'test',
  tox: 'test',
  nox: 'test',
  rspec: 'test',
  phpunit: 'test',
  ctest: 'test',
  tsc: 'build',
  ninja: 'build',
  eslint: 'lint',
  biome: 'lint',
  stylelint: 'lint',
  ruff: 'lint',
  flake8: 'lint',
  mypy: 'lint',
  pyright: 'lint',
  pylint: 'lint',
  rubocop: 'lint',
  shellcheck: 'lint',
  'golangci-lint': 'lint',
  oxlint: 'lint',
  svelte: 'lint',
};

/** Programs whose first words say what they do. */
const tasks: readonly (readonly [program: RegExp, task: RegExp, kind: Kind])[] = [
  [/^(?:cargo|go|zig|swift|dotnet|mix|bazel|flutter|dart|sbt|stack|cabal)$/, /^(?:test|nextest)$/, 'test'],
  [/^(?:cargo|go|zig|swift|dotnet|bazel|sbt|stack|cabal)$/, /^build$/, 'build'],
  [/^(?:cargo|go|dotnet|mix|flutter|dart)$/, /^(?:check|clippy|vet|analyze|format|fmt)$/, 'lint'],
  [/^(?:gradle|gradlew|gradlew\.bat)$/, /^(?:\S*:)?(?:test|check|connectedCheck)$/, 'test'],
  [/^(?:gradle|gradlew|gradlew\.bat)$/, /^(?:\S*:)?(?:build|assemble)$/, 'build'],
  [/^(?:mvn|mvnw)$/, /^(?:test|verify)$/, 'test'],
  [/^(?:mvn|mvnw)$/, /^(?:compile|package|install)$/, 'build'],
  [/^cmake$/, /^--build$/, 'build'],
  [/^node$/, /^--test$/, 'test'],
  [/^prettier$/, /^(?:--check|-c)$/, 'lint'],
];

/** The check that a command line runs, the last where there are several; undefined where it runs none. */
export function checkIn(command: string): CheckCommand | undefined {
  if (!mayBeCheck.test(command)) return undefined;
  const calls = allCalls(readShell(command).calls);
  const found = calls.flatMap(({ words }) => checkOf(words.map(({ value }) => value)) ?? []).at(-1);
  return found && { ...found, isMasked: isMasked(command, found.words) };
}

/** Most commands are none: they are not parsed. */
const mayBeCheck =
  /test|check|lint|build|spec|vitest|jest|mocha|\bt(?:ox|sc|ap)\b|cypress|playwright|ruff|mypy|flake|pyright|biome|make|ninja|verify|vet|clippy|cop\b|gradle|mvn|nox|\bava\b|\bnpm t\b|format|fmt|analyze|compile|package|install|prettier/i;

function checkOf(all: readonly string[]): Omit<CheckCommand, 'isMasked'> | undefined {
  const words = withoutRunner([basenameOf(all[0] ?? ''), ...all.slice(1)]);
  const [program = '', ...rest] = words;
  const named = programs[program];
  if (named !== undefined) return { kind: named, words, base: program };
  for (const [name, task, kind] of tasks) {
    const found = name.test(program) ? rest.find((word) => task.test(word)) : undefined;
    if (found !== undefined) return { kind, words, base: `${program} ${found}` };
  }
  return scriptRunners.has(program) ? scriptOf(program, rest, words) : undefined;
}

/** `npm run test:unit`, `make check`, `pnpm lint`. */
function scriptOf(program: string, rest: readonly string[], words: readonly string[]) {
  const script = rest.find((word) => !word.startsWith('-') && !/^(?:run|run-script|task)$/.test(word));
  if (script === undefined)
    return program === 'make' ? ({ kind: 'build', words, base: 'make' } as const) : undefined;
  const kind = kindOfScript(program === 'npm' && script === 't' ? 'test' : script);
  return kind && { kind, words, base: `${program} ${script}` };
}

function kindOfScript(name: string): Kind | undefined {
  if (/(?:^|[:_.-])(?:tests?|spec|e2e|unit|integration|coverage)(?:$|[:_.-])/i.test(name)) return 'test';
  if (
    /(?:^|[:_.-])(?:lint|check|checks|typecheck|types|verify|format|fmt|ci|clippy|vet)(?:$|[:_.-])/i.test(
      name,
    )
  )
    return 'lint';
  return /(?:^|[:_.-])(?:build|compile|bundle|package|tsc|all)(?:$|[:_.-])/i.test(name) ? 'build' : undefined;
}

function withoutRunner(words: readonly string[]): readonly string[] {
  const [first = '', second = ''] = words;
  const inner = Object.hasOwn(runners, first) ? runners[first] : undefined;
  if (inner === undefined) return words;
  if (inner.length === 0) {
    const at = words.findIndex((word, index) => index > 0 && !word.startsWith('-'));
    return at > 0 ? words.slice(at) : words;
  }
  if (inner.includes(second)) return withoutRunner(words.slice(2));
  // `yarn vitest`, `pnpm tsc`: a program of the project by its name alone.
  return programs[second] !== undefined && (first === 'yarn' || first === 'pnpm') ? words.slice(1) : words;
}

function basenameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `npm test | tail`, `npm test || true`, `npm test; echo done`: what is answered is not what the check said. */
function isMasked(command: string, words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  const at = command.lastIndexOf(last);
  const behind = at < 0 ? '' : command.slice(at + last.length);
  return /\||;|\n/.test(behind.replace(/[;\s]+$/, '')) && !/pipefail/.test(command);
}

/** Whether a pass of `later` says that `earlier` passes too: it is the same check, of the same or of more. */
export function covers(later: CheckCommand, earlier: CheckCommand): boolean {
  return later.base === earlier.base && later.words.every((word) => earlier.words.includes(word));
}
