import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createGuard } from '../../../src/agent/guard/decide.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';

interface PermissionCase {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly cmd: string;
  readonly expect: 'allow' | 'ask' | 'deny';
  readonly cls: string;
}

const data = process.env['VARVE_DATA'];
const cases: readonly PermissionCase[] =
  data === undefined
    ? []
    : readFileSync(join(data, 'permissions/permission-cases.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as PermissionCase);

describe.runIf(cases.length > 0)('the collected permission cases', () => {
  test.each(cases.map((item) => [item.expect, item.cls, item.cmd, item] as const))(
    '%s (%s): %s',
    async (expected, _class, command, item) => {
      const guard = createGuard({
        files: nodeFiles,
        root: '/workspace-that-is-not-there',
        home: '/home/ada',
        mode: 'default',
        rules: { allow: item.allow.map(toRule), deny: item.deny.map(toRule), ask: [] },
      });
      expect((await guard.decide({ tool: 'run_command', effect: 'execute', command })).decision).toBe(
        expected,
      );
    },
  );
});

function toRule(spec: string): string {
  return `Bash(${spec})`;
}
