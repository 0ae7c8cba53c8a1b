import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createGuard } from '../../../src/agent/guard/decide.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';

/** `verdict ¦ allow rules ¦ deny rules ¦ command`; rules for Bash, apart by commas; the command with JSON's escapes. */
const rows = readFileSync(new URL('command-cases.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split(' ¦ '));

describe('commands by rules', () => {
  test('the table is there', () => {
    expect(rows.length).toBeGreaterThan(390);
  });

  test.each(rows)('%s (%s | %s) %s', async (expected, allow = '', deny = '', written = '') => {
    const guard = createGuard({
      files: nodeFiles,
      root: '/workspace-that-is-not-there',
      home: '/home/ada',
      mode: 'default',
      rules: { allow: rulesOf(allow), deny: rulesOf(deny), ask: [] },
    });
    const verdict = await guard.decide({
      tool: 'run_command',
      effect: 'execute',
      command: unescaped(written),
    });
    expect(verdict.decision, verdict.reason).toBe(expected);
  });
});

function rulesOf(list: string): readonly string[] {
  return list
    .split(',')
    .filter((rule) => rule.trim() !== '')
    .map((rule) => `Bash(${rule.trim()})`);
}

function unescaped(text: string): string {
  return text.replace(/\\(n|t|r|\\|u[0-9a-f]{4})/gi, (_, code: string) => {
    const plain: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };
    return plain[code] ?? String.fromCharCode(Number.parseInt(code.slice(1), 16));
  });
}
