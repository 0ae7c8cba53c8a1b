import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { makeCliPlace, until } from '../../cli/cli-place.ts';
import type { ModelServerRequest } from '../../model-server/answer.ts';
import { lastToolResults, systemText } from '../../model-server/script.ts';
import { processesWith } from '../engine/run-place.ts';
import { call, parts, say, use } from '../subagents/subagent-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const script = join(import.meta.dirname, 'stdio-server.ts');
const names = ({ body }: ModelServerRequest) => (body.tools ?? []).map(({ name }) => name);

describe('a run with servers and skills', { timeout: 180_000 }, () => {
  it('offers the tools of servers, asks before they are called, and ends the servers with itself', async () => {
    const place = await makeCliPlace(cli.path);
    const mark = `server-of-${process.pid}`;
    const config = JSON.stringify({
      mcpServers: {
        demo: { command: process.execPath, args: [script, 'usual', '0.5', mark] },
        gone: { command: '/no/such/program' },
      },
    });
    const server = await place.serve(
      parts({ main: [call(use('mcp__demo__echo', { word: 'hi' }, 'one')), say('Done.')] }),
    );
    const given = [
      '-p',
      'Go',
      '--mcp-config',
      config,
      '--strict-mcp-config',
      '--output-format',
      'stream-json',
      '--verbose',
    ];
    const waiting = { environment: { MCP_TIMEOUT: '60000' } };
    const done = await place.run([...given, '--allowedTools', 'mcp__demo'], waiting);
    expect(done.code).toBe(0);
    expect(done.stderr).toContain(
      'The server gone is not part of this run: Could not start /no/such/program',
    );
    const [init] = done.stdout.split('\n').map((line) => JSON.parse(line || '{}') as Record<string, unknown>);
    expect(init).toMatchObject({
      mcp_servers: [
        { name: 'demo', status: 'connected' },
        { name: 'gone', status: 'failed' },
      ],
    });
    const first = server.requests[0] as ModelServerRequest;
    expect(names(first)).toEqual(names(server.requests[1] as ModelServerRequest));
    expect(names(first)).toContain('mcp__demo__echo');
    expect(lastToolResults(server.requests[1]?.body as ModelServerRequest['body'])).toMatchObject([
      { id: 'one', isError: false, text: expect.stringContaining('You said: hi') },
    ]);
    await until('the end of the server', async () =>
      (await processesWith(mark)).length === 0 ? true : undefined,
    );
    const again = await place.serve(
      parts({ main: [call(use('mcp__demo__echo', { word: 'hi' }, 'one')), say('Done.')] }),
    );
    expect((await place.run(given, waiting)).code).toBe(0);
    expect(lastToolResults(again.requests[1]?.body as ModelServerRequest['body'])).toMatchObject([
      { id: 'one', isError: true, text: expect.stringContaining('was not permitted') },
    ]);
  });

  it('starts nothing that a project wrote down before it is trusted', async () => {
    const place = await makeCliPlace(cli.path);
    await place.write(
      '.mcp.json',
      JSON.stringify({
        mcpServers: { demo: { command: 'touch', args: [join(place.repository, 'started')] } },
      }),
    );
    const server = await place.serve(() => say('Done.'));
    const done = await place.run(['-p', 'Go']);
    expect(done.code).toBe(0);
    expect(done.stderr).toContain('is not trusted');
    expect(await place.git('status', '--porcelain')).toBe('?? .mcp.json\n');
    expect(
      names(server.requests[0] as ModelServerRequest).filter((name) => name.startsWith('mcp__')),
    ).toEqual([]);
  });

  it('names skills, loads one by a call, and leaves out the one a rule denies', async () => {
    const place = await makeCliPlace(cli.path);
    const skill = (name: string) =>
      place.write(
        `.claude/skills/${name}/SKILL.md`,
        `---\nname: ${name}\ndescription: About ${name}.\n---\n\nSteps of ${name}.\n`,
      );
    await skill('report');
    await skill('denied');
    await place.write('.agents/skills/broken/SKILL.md', '---\nname: broken\n---\n');
    const server = await place.serve(
      parts({
        main: [
          call(use('skill', { name: 'report' }, 'one'), use('skill', { name: 'denied' }, 'two')),
          say('Done.'),
        ],
      }),
    );
    const done = await place.run([
      '-p',
      'Go',
      '--disallowedTools',
      'Skill(denied)',
      '--output-format',
      'stream-json',
      '--verbose',
    ]);
    expect(done.code).toBe(0);
    expect(done.stderr).toContain('broken/SKILL.md: It has no instructions.');
    expect(JSON.parse(done.stdout.split('\n')[0] ?? '')).toMatchObject({
      skills: ['report'],
      agents: ['general'],
    });
    const [first, second] = server.requests;
    expect(systemText((first as ModelServerRequest).body)).toContain('- report: About report.');
    expect(systemText((first as ModelServerRequest).body)).not.toContain('About denied.');
    expect(lastToolResults((second as ModelServerRequest).body)).toMatchObject([
      { isError: false, text: expect.stringContaining('Steps of report.') },
      { isError: true, text: 'There is no skill "denied". There are: report.' },
    ]);
  });
});
