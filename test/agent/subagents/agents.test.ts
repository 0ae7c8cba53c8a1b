import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createGuard } from '../../../src/agent/guard/decide.ts';
import type { PermissionMode } from '../../../src/agent/guard/guard.ts';
import { readAgent } from '../../../src/agent/subagents/agent-definition.ts';
import { stricterGuard, worktreeGuard } from '../../../src/agent/subagents/agent-guard.ts';
import { agentMemory } from '../../../src/agent/subagents/agent-memory.ts';
import { findAgents } from '../../../src/agent/subagents/find-agents.ts';
import { agentListing } from '../../../src/agent/subagents/subagent-tool.ts';
import { toolSubset } from '../../../src/agent/subagents/tool-subset.ts';
import {
  addWorktree,
  baseOfWorktree,
  endWorktree,
  listWorktrees,
} from '../../../src/agent/subagents/worktree.ts';
import type { Tool } from '../../../src/agent/tools/tool.ts';
import { createGit } from '../../../src/base/git-process.ts';
import { steeringPlace, type TestPlace } from '../skills/steering-place.ts';

const agentFile = (name: string, description: string, more = '') =>
  `---\nname: ${name}\ndescription: ${description}\n${more}---\n\nYou are ${name}.\n`;

describe('where agents are found', () => {
  test('of two with one name the option comes first, then the project, then the user', async () => {
    const place = await steeringPlace();
    await place.put({
      'repo/.claude/agents/a.md': agentFile('a', 'Project'),
      'repo/.claude/agents/team/deep/b.md': agentFile('b', 'Project below'),
      'repo/.claude/agents/README.md': '# No agent',
      'repo/app/.claude/agents/near.md': agentFile('near', 'Near'),
      'home/.claude/agents/a.md': agentFile('a', 'User'),
      'home/.claude/agents/c.md': agentFile('c', 'User'),
    });
    const option = JSON.stringify({ b: { description: 'Option', prompt: 'P' } });
    const { agents, problems } = await findAgents(place, option);
    expect(agents.map(({ name, description, source }) => [name, description, source])).toEqual([
      ['a', 'Project', 'project'],
      ['b', 'Option', 'option'],
      ['c', 'User', 'user'],
      ['general', expect.any(String), 'built-in'],
      ['near', 'Near', 'project'],
    ]);
    expect(agents[0]?.prompt).toBe('You are a.');
    expect(problems).toEqual([]);
  });

  test('what cannot be used is said and never ends it', async () => {
    const place = await steeringPlace();
    await place.put({
      'repo/.claude/agents/nameless.md': '---\ndescription: D\n---\nBody',
      'repo/.claude/agents/broken.md': '---\nname: [a\n---\nBody',
      'outside/secret.md': agentFile('outside', 'Outside'),
    });
    await place.link('outside/secret.md', 'repo/.claude/agents/out.md');
    const { agents, problems } = await findAgents(place, '{"x": {"description": "no"');
    expect(agents.map(({ name }) => name)).toEqual(['general']);
    const at = (name: string) => join(place.root, '.claude/agents', name);
    expect(problems).toEqual([
      '--agents is not valid JSON and does not count.',
      expect.stringMatching(/broken\.md: The front matter is not valid YAML/),
      `${at('nameless.md')}: It has no name.`,
      `${at('out.md')} is a link out of the repository and does not count.`,
    ]);
  });
});

describe('the fields of an agent', () => {
  const read = (values: Record<string, unknown>) =>
    readAgent({ name: 'a', description: 'D', ...values }, 'P', 'project');

  test('are read as Claude Code reads them', () => {
    expect(
      read({
        tools: 'Read, Bash(git *)',
        disallowedTools: ['Write'],
        model: 'haiku',
        permissionMode: 'plan',
        maxTurns: 3,
        skills: 'one, two',
        memory: 'local',
        isolation: 'worktree',
        omitClaudeMd: true,
      }),
    ).toEqual({
      agent: {
        name: 'a',
        description: 'D',
        prompt: 'P',
        source: 'project',
        tools: ['Read', 'Bash(git *)'],
        disallowedTools: ['Write'],
        model: 'haiku',
        permissionMode: 'plan',
        maxTurns: 3,
        skills: ['one', 'two'],
        memory: 'local',
        isolation: 'worktree',
        omitsMemory: true,
      },
      problems: [],
    });
    expect(read({ model: 'inherit', tools: '*' }).agent).not.toHaveProperty('model');
    expect(read({ tools: '*' }).agent).not.toHaveProperty('tools');
  });

  test.each([
    [{ name: 'a:b' }, false, 'Its name "a:b" may have up to 64 letters, digits, - and _ only.'],
    [{ description: '' }, false, 'It has no description.'],
    [{ tools: 5 }, false, 'Its tools are not a text or a list of texts.'],
    [
      { permissionMode: 'yolo' },
      true,
      'Its permissionMode is none of default, acceptEdits, plan, dontAsk, bypassPermissions and does not count.',
    ],
    [{ maxTurns: 0 }, true, 'Its maxTurns is not a number from 1 on and does not count.'],
    [{ background: true }, true, 'It runs in the foreground: background is not supported.'],
    [{ hooks: {}, mcpServers: [] }, true, 'It runs without hooks, mcpServers, which is not supported.'],
  ])('%j is told', (values, usable, problem) => {
    const { agent, problems } = read(values);
    expect(problems).toEqual([problem]);
    expect(agent !== undefined).toBe(usable);
  });

  test('the system prompt names them within a budget', () => {
    const agents = Array.from(
      { length: 100 },
      (_, index) => readAgent({ name: `a${index}`, description: 'd'.repeat(300) }, '', 'user').agent,
    ).flatMap((agent) => agent ?? []);
    const listing = agentListing(agents) ?? '';
    expect(listing.length).toBeLessThanOrEqual(7_100);
    expect(listing).toMatch(/\[81 more, without room for what they are for: a19, /);
    expect(agentListing([])).toBeUndefined();
  });
});

describe('the tools of an agent', () => {
  const names = [
    'read',
    'list',
    'glob',
    'grep',
    'edit',
    'write',
    'run_command',
    'recall',
    'multi_edit',
    'command_output',
    'stop_command',
    'skill',
    'mcp__bugs__find',
    'mcp__bugs__close',
    'mcp__other__x',
    'subagent',
  ];
  const tools = names.map(
    (name): Tool => ({
      definition: { name, description: '', input_schema: {} },
      effect: 'read',
      plan: async () => ({ ok: true, text: '' }),
    }),
  );
  const left = (tools_: readonly string[] | undefined, disallowedTools: readonly string[] = []) =>
    toolSubset(tools, { ...(tools_ && { tools: tools_ }), disallowedTools }).map(
      ({ definition }) => definition.name,
    );

  test.each([
    [undefined, [], names],
    [['Read', 'Grep'], [], ['read', 'list', 'grep', 'recall']],
    [['Bash(npm *)'], [], ['run_command', 'command_output', 'stop_command']],
    [['mcp__bugs', 'glob'], ['mcp__bugs__close'], ['glob', 'mcp__bugs__find']],
    [['mcp__bugs__*'], [], ['mcp__bugs__find', 'mcp__bugs__close']],
    [
      undefined,
      ['Edit', 'Write', 'Bash', 'Agent', 'mcp__bugs', 'mcp__other'],
      ['read', 'list', 'glob', 'grep', 'recall', 'skill'],
    ],
    [undefined, ['Bash(rm *)'], names],
    [['Nothing'], [], []],
  ])('%j without %j', (allowed, disallowed, expected) => {
    expect(left(allowed, disallowed)).toEqual(expected);
  });
});

describe('the guard of an agent', () => {
  const guardIn = (place: TestPlace, mode: PermissionMode, root = place.root, also: readonly string[] = []) =>
    createGuard({
      files: place.files,
      root,
      home: place.home,
      mode,
      alsoProtected: also,
      rules: { allow: [], deny: [], ask: [] },
    });
  const write = (path: string) => ({ tool: 'write', effect: 'write', path }) as const;

  test.each([
    ['default', 'acceptEdits', 'ask'],
    ['acceptEdits', 'default', 'ask'],
    ['acceptEdits', 'plan', 'deny'],
    ['bypassPermissions', 'plan', 'deny'],
    ['dontAsk', 'bypassPermissions', 'deny'],
    ['acceptEdits', 'acceptEdits', 'allow'],
  ] as const)('a run in %s and an agent in %s: %s', async (ofRun, own, decision) => {
    const place = await steeringPlace();
    const guard = stricterGuard(guardIn(place, ofRun), guardIn(place, own));
    expect((await guard.decide(write(join(place.root, 'a.txt')))).decision).toBe(decision);
  });

  test('in a worktree decides alone about what is really in it, with the run about the rest', async () => {
    const place = await steeringPlace();
    const state = join(place.base, 'state');
    const worktree = join(state, 'worktrees/one');
    await mkdir(worktree, { recursive: true });
    await place.put({ 'state/trust.json': '{}' });
    await place.link('state/trust.json', 'state/worktrees/one/link.json');
    const ofRun = guardIn(place, 'bypassPermissions', place.root, [state]);
    const own = guardIn(place, 'bypassPermissions', worktree);
    const guard = worktreeGuard(place.files, worktree, own, ofRun);
    const decision = async (path: string) => (await guard.decide(write(path))).decision;
    expect(await decision(join(worktree, 'new/file.txt'))).toBe('allow');
    expect(await decision(join(worktree, '.claude/settings.json'))).toBe('ask');
    expect(await decision(join(worktree, 'link.json'))).toBe('ask');
    expect(await decision(join(worktree, '../../trust.json'))).toBe('ask');
  });
});

describe('the memory of an agent', () => {
  test('is read from the places of its scope, capped, and marked as not reviewed', async () => {
    const place = await steeringPlace();
    const directories = { varveHome: join(place.base, 'varve'), stateDirectory: join(place.base, 'varve/p') };
    await place.put({
      'varve/p/agent-memory/a/MEMORY.md': Array.from({ length: 300 }, (_, index) => `line ${index}`).join(
        '\n',
      ),
      'varve/agent-memory/a/MEMORY.md': 'of the user',
      'repo/.claude/agent-memory/a/MEMORY.md': 'of Claude Code',
      'outside/b.md': 'secret',
    });
    await place.link('outside/b.md', 'repo/.claude/agent-memory/b/MEMORY.md');
    const block = async (name: string, memory?: string) => {
      const { agent } = readAgent({ name, description: 'D', ...(memory && { memory }) }, '', 'project');
      return agent && agentMemory({ ...place, ...directories }, agent);
    };
    expect(await block('a')).toBeUndefined();
    expect(await block('b', 'project')).toBeUndefined();
    const project = (await block('a', 'project')) ?? '';
    expect(project).toMatch(
      /nobody reviewed it:\n\nline 0\n[\s\S]*line 199\n\[the rest is left out\]\n\n.*of Claude Code$/s,
    );
    expect(await block('a', 'user')).toMatch(/of the user$/);
  });
});

describe('a worktree of its own', () => {
  async function repository() {
    const place = await steeringPlace();
    const environment = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    const git = async (directory: string, ...args: readonly string[]) =>
      (await promisify(execFile)('git', [...args], { cwd: directory, env: environment })).stdout;
    await git(place.root, 'init', '-q', '-b', 'main');
    await git(place.root, 'config', 'user.name', 'Ada');
    await git(place.root, 'config', 'user.email', 'ada@example.com');
    await place.put({ 'repo/kept.txt': 'committed\n', 'repo/.gitignore': 'out/\n' });
    await git(place.root, 'add', '.');
    await git(place.root, 'commit', '-q', '-m', 'Begin');
    await place.put({
      'repo/kept.txt': 'not committed\n',
      'repo/.git/hooks/post-checkout': '#!/bin/sh\ntouch hooked\n',
    });
    await chmod(join(place.root, '.git/hooks/post-checkout'), 0o755);
    const around = {
      files: place.files,
      gitFor: (directory: string) => createGit({ directory, environment }),
      root: place.root,
      directory: join(place.base, 'state/worktrees'),
    };
    const added = await addWorktree(around, 'one');
    if (!added.ok) throw new Error(added.error);
    return { place, git, around, worktree: added.value };
  }

  test('begins from the last commit and is removed where nothing was changed', async () => {
    const { place, git, around, worktree } = await repository();
    expect(await readFile(join(worktree.path, 'kept.txt'), 'utf8')).toBe('committed\n');
    // No hook of the repository has run.
    expect(await readdir(worktree.path)).not.toContain('hooked');
    expect(await baseOfWorktree(around.gitFor(worktree.path))).toBe(worktree.base);
    expect(await listWorktrees(around)).toEqual([worktree.path]);
    expect(await endWorktree(around, worktree)).toBe('It changed nothing; its worktree was removed.');
    expect(await listWorktrees(around)).toEqual([]);
    expect(await git(place.root, 'worktree', 'list')).not.toContain('worktrees/one');
  });

  test.each([
    [
      'a changed file',
      async (path: string) => writeFile(join(path, 'kept.txt'), 'changed\n'),
      /kept\.txt \| 2 \+-/,
    ],
    ['a new file', async (path: string) => writeFile(join(path, 'new.txt'), ''), /New: new\.txt/],
    [
      'an ignored file',
      async (path: string) => mkdir(join(path, 'out')).then(() => writeFile(join(path, 'out/a'), '')),
      /New: out\//,
    ],
  ])('stays with %s', async (_what, change, said) => {
    const { around, worktree } = await repository();
    await change(worktree.path);
    const text = await endWorktree(around, worktree);
    expect(text).toContain(`Its work is in the worktree ${worktree.path}, on no branch`);
    expect(text).toMatch(said);
    expect(await listWorktrees(around)).toEqual([worktree.path]);
  });

  test('stays with a commit, also where its beginning has to be found out', async () => {
    const { git, around, worktree } = await repository();
    await writeFile(join(worktree.path, 'kept.txt'), 'changed\n');
    await git(worktree.path, 'commit', '-q', '-a', '-m', 'Change');
    const base = await baseOfWorktree(around.gitFor(worktree.path));
    expect(base).toBe(worktree.base);
    expect(await endWorktree(around, { path: worktree.path, base })).toMatch(/kept\.txt \| 2 \+-/);
    expect(await endWorktree(around, { path: worktree.path, base: '' })).toContain('Its work is in');
  });

  test('needs a repository with a commit', async () => {
    const place = await steeringPlace();
    const around = {
      files: place.files,
      gitFor: (directory: string) => createGit({ directory, environment: process.env }),
      root: place.root,
      directory: join(place.base, 'w'),
    };
    expect(await addWorktree(around, 'one')).toEqual({
      ok: false,
      error: 'A worktree of its own needs a git repository with a commit.',
    });
  });
});
