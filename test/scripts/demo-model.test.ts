import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../scripts/demo/model.ts';
import { type DemoPlace, makeDemoPlace } from '../../scripts/demo/workspace.ts';
import type { MessagesBody, WireBlock } from '../model-server/answer.ts';

const run = promisify(execFile);
const decision = 'Round once at the end — Guests were charged too much.';
const memory = `- Run the tests with \`node --test --test-reporter=spec\`.\n- ${decision} ([record](x.md))`;

let place: DemoPlace;
beforeEach(async () => {
  place = await makeDemoPlace(Date.UTC(2026, 0, 15));
});
afterEach(() => place.remove());

/** The tools as the model knows them, on the real demo workspace. */
async function callTool(name: string, input: Record<string, string>): Promise<string> {
  const path = join(place.workspace, input['path'] ?? '.');
  if (name === 'list') return (await run('ls', ['-1', path])).stdout;
  if (name === 'read')
    return (await readFile(path, 'utf8'))
      .split('\n')
      .map((line, index) => `${index + 1}\t${line}`)
      .join('\n');
  if (name === 'edit') {
    const text = await readFile(path, 'utf8');
    expect(text.split(input['old_string'] ?? '')).toHaveLength(2);
    await writeFile(path, text.replace(input['old_string'] ?? '', input['new_string'] ?? ''));
    return 'Edited.';
  }
  const [program = '', ...args] = (input['command'] ?? '').split(' ');
  return run(program, args, { cwd: place.workspace }).then(
    (done) => done.stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

/** Runs the model's loop to its end; tools in `denied` are refused. */
async function converse(
  task: string,
  system: string,
  denied: readonly string[],
): Promise<{ calls: string[]; end: string }> {
  const messages: { role: string; content: string | WireBlock[] }[] = [{ role: 'user', content: task }];
  const calls: string[] = [];
  for (let index = 0; index < 20; index += 1) {
    const body: MessagesBody = { model: 'demo-model', max_tokens: 1, system, messages };
    const { content } = decide({ index, headers: {}, body });
    const blocks = content.map((block, at) =>
      block.type === 'text' ? block : { ...block, id: `${index}-${at}` },
    );
    messages.push({ role: 'assistant', content: blocks });
    const uses = blocks.filter((block) => block.type === 'tool_use');
    if (uses.length === 0)
      return { calls, end: content.map((block) => (block.type === 'text' ? block.text : '')).join('') };
    const results: WireBlock[] = [];
    for (const use of uses) {
      calls.push(use.name);
      const refused = denied.includes(use.name);
      const text = refused
        ? 'Denied: nobody is there to ask.'
        : await callTool(use.name, use.input as Record<string, string>);
      results.push({ type: 'tool_result', tool_use_id: use.id ?? '', content: text, is_error: refused });
    }
    messages.push({ role: 'user', content: results });
  }
  throw new Error('The model did not come to an end.');
}

describe('the demo', () => {
  it('has a history with one red test', async () => {
    const { stdout } = await run('git', ['log', '--format=%s'], { cwd: place.workspace });
    expect(stdout.trim().split('\n').length).toBeGreaterThanOrEqual(8);
    expect(await callTool('run_command', { command: 'node --test --test-reporter=spec' })).toMatch(
      /^ℹ fail 1$/m,
    );
  });
});

describe('the demo model', () => {
  it('turns the red test green and names the decision that it followed', async () => {
    const { calls, end } = await converse('A test is red. Fix it.', memory, []);
    expect(calls).toEqual(['list', 'run_command', 'read', 'read', 'edit', 'run_command']);
    expect(end).toContain(`"${decision}"`);
    expect(end).toContain('The tests are green: 4 passed.');
    expect(await callTool('run_command', { command: 'node --test --test-reporter=spec' })).toMatch(
      /^ℹ fail 0$/m,
    );
  });

  it('claims no decision that memory does not hold', async () => {
    const { end } = await converse(
      'A test is red. Fix it.',
      '- Run the tests with `node --test --test-reporter=spec`.',
      [],
    );
    expect(end).toContain('I found no recorded decision');
  });

  it('says so when it may not edit', async () => {
    const { end } = await converse('A test is red. Fix it.', memory, ['edit']);
    expect(end).toContain('I was not allowed to change src/fees.js.');
  });

  it('reads instead when it may not run commands, and does not claim a green test', async () => {
    const { calls, end } = await converse('A test is red. Fix it.', memory, ['run_command']);
    expect(calls).toContain('edit');
    expect(end).toContain('this is not checked');
  });

  it('changes nothing when all is green', async () => {
    await converse('A test is red. Fix it.', memory, []);
    const { calls, end } = await converse('Is a test red?', memory, []);
    expect(calls).not.toContain('edit');
    expect(end).toContain('nothing to fix');
  });
});
