import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditedApprover, auditedGuard, openAudit, verifyAudit } from '../../../src/agent/guard/audit.ts';
import { createGuard } from '../../../src/agent/guard/decide.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { sealLine } from '../../../src/base/sealed-line.ts';

let directory = '';
const clock = { now: () => 1_795_000_000_000 };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'varve-audit-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function open(session = 's1') {
  const mask = (text: string) => text.replaceAll('secret', '***');
  return openAudit({ files: nodeFiles, clock, directory, session, mask });
}

function guard() {
  const rules = { allow: ['Bash(npm *)'], deny: ['Bash(rm *)'], ask: [] };
  return createGuard({ files: nodeFiles, root: directory, home: '/home/ada', mode: 'default', rules });
}

/** What somebody does who knows the format: another answer under a hash of its own. */
function resealed(line: string): string {
  const { hash: _, ...body } = JSON.parse(line) as Record<string, unknown>;
  return sealLine({ ...body, decision: 'once' }).text.trimEnd();
}

const log = () => readFile(join(directory, 'audit.jsonl'), 'utf8');
const command = (text: string) => ({ tool: 'run_command', effect: 'execute', command: text }) as const;

describe('the audit log', () => {
  test('holds every decision but reads that pass, and every answer', async () => {
    const audit = open();
    const audited = auditedGuard(guard(), audit);
    await audited.decide({ tool: 'read', effect: 'read', path: 'a.txt' });
    await audited.decide({ tool: 'read', effect: 'read', path: '/etc/shadow' });
    await audited.decide(command('npm test'));
    await audited.decide(command('rm -rf secret'));
    const approver = auditedApprover({ ask: async () => ({ decision: 'always' }) }, audit);
    const request = {
      id: 'c1',
      tool: 'edit',
      summary: '',
      detail: '',
      reason: '',
      offeredRule: 'Edit(./src/**)',
    };
    await approver.ask(request, new AbortController().signal);
    expect(await audit.flush()).toBeUndefined();
    const { lines, problems } = await verifyAudit(nodeFiles, directory);
    expect(problems).toEqual([]);
    expect(lines.map(({ type, decision, subject, rule }) => [type, decision, subject, rule])).toEqual([
      ['begin', undefined, undefined, undefined],
      ['decision', 'ask', '/etc/shadow', undefined],
      ['decision', 'allow', 'npm test', 'Bash(npm *)'],
      ['decision', 'deny', 'rm -rf ***', 'Bash(rm *)'],
      ['answer', 'always', undefined, 'Edit(./src/**)'],
    ]);
  });

  test('nothing is written where nothing was decided', async () => {
    await open().flush();
    expect(await verifyAudit(nodeFiles, directory)).toEqual({ lines: [], problems: [] });
  });

  test('several runs may write at once', async () => {
    const audits = ['a', 'b', 'c'].map(open);
    for (let count = 0; count < 50; count += 1)
      for (const audit of audits)
        audit.note({ type: 'answer', id: String(count), tool: 'edit', decision: 'once' });
    await Promise.all(audits.map((audit) => audit.flush()));
    const { lines, problems } = await verifyAudit(nodeFiles, directory);
    expect(problems).toEqual([]);
    expect(lines).toHaveLength(153);
  });

  async function threeRuns(): Promise<string[]> {
    for (const session of ['a', 'b']) {
      const audit = open(session);
      for (const id of ['1', '2', '3']) audit.note({ type: 'answer', id, tool: 'edit', decision: 'deny' });
      await audit.flush();
    }
    return (await log()).split('\n');
  }

  test.each([
    [
      'a changed line',
      (lines: string[]) => lines.map((line, at) => (at === 2 ? line.replace('deny', 'once') : line)),
    ],
    ['a line taken out', (lines: string[]) => lines.filter((_, at) => at !== 2)],
    ['two lines in another order', (lines: string[]) => [lines[0], lines[2], lines[1], ...lines.slice(3)]],
    ['a run taken out', (lines: string[]) => lines.slice(4)],
    [
      'a line changed and sealed anew',
      (lines: string[]) => lines.map((line, at) => (at === 2 ? resealed(line) : line)),
    ],
    ['a line that is no line', (lines: string[]) => [...lines.slice(0, 2), '{}', ...lines.slice(2)]],
  ])('%s shows', async (_what, change) => {
    const lines = await threeRuns();
    expect((await verifyAudit(nodeFiles, directory)).problems).toEqual([]);
    await writeFile(join(directory, 'audit.jsonl'), change(lines).join('\n'));
    expect((await verifyAudit(nodeFiles, directory)).problems).not.toEqual([]);
  });

  test('a line half written is left alone by the next run', async () => {
    await threeRuns();
    await appendFile(join(directory, 'audit.jsonl'), '{"version":1,"str');
    expect((await verifyAudit(nodeFiles, directory)).problems).toEqual([]);
    const audit = open('c');
    audit.note({ type: 'answer', id: '1', tool: 'edit', decision: 'deny' });
    await audit.flush();
    const { lines, problems } = await verifyAudit(nodeFiles, directory);
    expect(lines.at(-1)).toMatchObject({ type: 'answer', strand: lines.at(-2)?.['strand'] });
    expect(problems).toEqual(['Line 9 is damaged or was changed afterwards.']);
  });

  test('what cannot be written is told once', async () => {
    await writeFile(join(directory, 'file'), '');
    const audit = openAudit({
      files: nodeFiles,
      clock,
      directory: join(directory, 'file'),
      session: 's',
      mask: String,
    });
    audit.note({ type: 'answer', id: '1', tool: 'edit', decision: 'deny' });
    expect(await audit.flush()).toContain('could not be written');
  });
});
