import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');
const cruiser = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[];
  };
}

async function cruise(directory: string): Promise<Cruise> {
  const args = [
    cruiser,
    '--config',
    join(repository, '.dependency-cruiser.mjs'),
    '--output-type',
    'json',
    'src',
  ];
  const { stdout } = await run(process.execPath, args, { cwd: directory, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout: string }) => error,
  );
  return JSON.parse(stdout) as Cruise;
}

/** File to plant, its one line, and the rule that has to name it. */
const violations: readonly (readonly [string, string, string])[] = [
  ['src/base/planted-1.ts', "import '../memory/planted.ts';", 'imports-only-go-down-from-base'],
  ['src/memory/file/planted-2.ts', "import '../../agent/planted.ts';", 'imports-only-go-down-from-memory'],
  ['src/agent/loop/planted-3.ts', "import '../../views/planted.ts';", 'imports-only-go-down-from-agent'],
  [
    'src/agent/loop/planted-4.ts',
    "import type { Planted } from '../../views/planted.ts'; export type P = Planted;",
    'imports-only-go-down-from-agent',
  ],
  ['src/cli/planted-5.ts', "import '../views/planted.ts';", 'faces-apart'],
  ['src/cli/planted-6.ts', "import '../extension.ts';", 'doors-are-ends'],
  [
    'src/memory/file/planted-7.ts',
    "import type { Uri } from 'vscode'; export type P = Uri;",
    'vscode-only-in-views',
  ],
  [
    'src/cli/planted-8.ts',
    "import * as vscode from 'vscode'; export const p = vscode;",
    'vscode-only-in-views',
  ],
  ['src/memory/file/planted-9.ts', "import 'node:https';", 'memory-has-no-network'],
  ['src/memory/file/planted-10.ts', "import 'node:child_process';", 'memory-starts-no-process'],
  ['src/memory/ledger/planted-11.ts', "import '../workspace/planted.ts';", 'memory-room-order-ledger'],
  ['src/agent/model/planted-12.ts', "import '../loop/planted.ts';", 'agent-room-order-model'],
  [
    'src/memory/file/planted-13.ts',
    "import { watch } from 'chokidar'; export const p = watch;",
    'one-home-chokidar',
  ],
  [
    'src/agent/loop/planted-14.ts',
    "import Anthropic from '@anthropic-ai/sdk'; export const p = Anthropic;",
    'one-home--anthropic-ai-sdk',
  ],
  ['src/views/planted-15.ts', "import { marked } from 'marked'; export const p = marked;", 'one-home-marked'],
  ['src/base/planted-16.ts', "import './nowhere.ts';", 'no-unknown'],
  ['src/base/planted-17.ts', "import './planted-18.ts';", 'no-cycles'],
];
/** What the planted imports point at. */
const targets = [
  'src/memory/planted.ts',
  'src/agent/planted.ts',
  'src/views/planted.ts',
  'src/extension.ts',
  'src/memory/workspace/planted.ts',
  'src/agent/loop/planted.ts',
];

describe('the three sentences', () => {
  let planted: string;
  let found: Cruise;

  beforeAll(async () => {
    planted = await mkdtemp(join(tmpdir(), 'varve-rooms-'));
    await cp(join(repository, 'tsconfig.json'), join(planted, 'tsconfig.json'));
    await symlink(join(repository, 'node_modules'), join(planted, 'node_modules'));
    for (const target of targets) await plant(target, 'export interface Planted {}');
    await plant('src/base/planted-18.ts', "import './planted-17.ts';");
    for (const [path, line] of violations) await plant(path, line);
    found = await cruise(planted);
  });
  afterAll(() => rm(planted, { recursive: true, force: true }));

  async function plant(path: string, line: string): Promise<void> {
    await mkdir(dirname(join(planted, path)), { recursive: true });
    await writeFile(join(planted, path), `${line}\n`);
  }

  it.each(violations)('sees the violation planted in %s', (path, _line, rule) => {
    const named = found.summary.violations
      .filter((violation) => violation.from === path)
      .map((v) => v.rule.name);
    expect(named).toContain(rule);
  });

  it('hold in the source, all of which was looked at', async () => {
    const { summary } = await cruise(repository);
    expect(summary.violations.map((v) => `${v.rule.name}: ${v.from}`)).toEqual([]);
    // TypeScript 7 makes the cruiser see nothing and say that all is well.
    expect(summary.totalCruised).toBeGreaterThan(100);
  });
});
