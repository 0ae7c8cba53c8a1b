import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import type {
  StandupMaterial,
  StandupSession,
} from '../../../../src/agent/resume/standup/standup-material.ts';
import { standupSince } from '../../../../src/agent/resume/standup/standup-since.ts';
import { unfinishedIn } from '../../../../src/agent/resume/standup/unfinished.ts';
import { writeStandup } from '../../../../src/agent/resume/standup/write-standup.ts';
import type { TimelineRecord } from '../../../../src/memory/timeline/timeline.ts';
import { answers, asks, plans, runs, toldSession } from '../told-session.ts';

const noon = Date.UTC(2026, 11, 1, 12, 0);
const hour = 60 * 60 * 1000;

function session(rest: Partial<StandupSession>): StandupSession {
  return {
    tool: 'claude-code',
    id: '0d3f6c1e-1111-4222-8333-444455556666',
    title: 'Make the parser faster',
    state: 'done',
    cwd: '/repo',
    branch: 'main',
    modified: noon - hour,
    files: [],
    fileCount: 0,
    unfinished: [],
    ...rest,
  };
}

function material(rest: Partial<StandupMaterial>): StandupMaterial {
  return {
    since: noon - 36 * hour,
    sinceWords: 'yesterday',
    now: noon,
    zone: 'UTC',
    root: '/repo',
    isAll: false,
    sessions: [],
    commits: [],
    records: [],
    ...rest,
  };
}

describe('a standup', () => {
  it('tells by day and branch what was worked on, committed, accepted and left', () => {
    const text = writeStandup(
      material({
        sessions: [
          session({
            files: ['/repo/src/parser.ts', '/repo/docs/a (b).md', '/elsewhere/x.ts'],
            fileCount: 9,
            branch: 'parser',
          }),
          session({
            tool: 'varve',
            id: '01a22f0b-aedc-7647-ad85-a96ad22a8486',
            title: 'Split the lexer',
            state: 'interrupted',
            modified: noon - 26 * hour,
            unfinished: [
              { what: 'was interrupted' },
              { what: '2 open steps, next:', said: 'Measure again' },
              { what: 'fails:', command: 'npm test' },
            ],
          }),
        ],
        commits: [
          { hash: 'aaa1111', time: noon - 2 * hour, subject: 'Split the lexer', branch: 'parser' },
          { hash: 'bbb2222', time: noon - 30 * hour, subject: 'Rename things', branch: 'main' },
        ],
        records: [
          {
            kind: 'decision',
            description: 'Parsing is done by hand',
            path: '.varve/memory/decision-parsing.md',
            time: noon,
          },
          { kind: 'milestone', description: 'Version 1.2', path: '.varve/memory/milestone-x.md', time: noon },
        ],
      }),
    );
    expect(text).toMatchInlineSnapshot(`
      "# Since yesterday

      2 sessions · 2 commits · 1 record accepted · 1 milestone

      ## Today, 2026-12-01

      ### \`parser\`
      - “Make the parser faster” · Claude Code, done · wrote [\`src/parser.ts\`](src/parser.ts), [\`docs/a (b).md\`](docs/a%20%28b%29.md), \`/elsewhere/x.ts\`, 6 more · \`varve resume claude-code:0d3f6c1e-1111-4222-8333-444455556666\`
      - commit “Split the lexer” \`aaa1111\`

      ### Accepted
      - decision [Parsing is done by hand](.varve/memory/decision-parsing.md)
      - milestone [Version 1.2](.varve/memory/milestone-x.md)

      ## Yesterday, 2026-11-30

      ### \`main\`
      - “Split the lexer” · Varve, interrupted · \`varve resume 01a22f0b-aedc-7647-ad85-a96ad22a8486\`
      - commit “Rename things” \`bbb2222\`

      ## Unfinished
      - “Split the lexer”: was interrupted; 2 open steps, next: “Measure again”; fails: \`npm test\` · \`varve resume 01a22f0b-aedc-7647-ad85-a96ad22a8486\`
      "
    `);
  });

  it('says where other projects were worked in, when it is of all', () => {
    const text = writeStandup(
      material({ isAll: true, sessions: [session({ cwd: '/home/ada/other' }), session({})] }),
    );
    expect(text).toContain('### `/home/ada/other` · `main`\n');
    expect(text).toContain('### `main`\n');
  });

  it('of nothing says so', () => {
    expect(writeStandup(material({}))).toBe(
      '# Since yesterday\n\nNothing happened in this project since then: no session, no commit of yours, no record accepted.\n',
    );
  });

  it.each([
    '[x](https://evil.example) <img src=x> \n## Unfinished\n- gone',
    '`code` ``` | @/etc/passwd \u202Egnitirw',
    'javascript:alert(1)',
    '\uD800 half',
  ])('shows %j inert', (hostile) => {
    const text = writeStandup(
      material({
        isAll: true,
        sinceWords: hostile,
        sessions: [
          session({
            title: hostile,
            id: hostile,
            cwd: hostile,
            branch: hostile,
            files: [`/repo/${hostile}`, hostile],
            fileCount: 2,
            unfinished: [{ what: 'fails:', said: hostile, command: hostile }],
          }),
        ],
        commits: [{ hash: 'abc1234', time: noon, subject: hostile, branch: hostile }],
        records: [
          { kind: 'decision', description: hostile, path: `.varve/memory/${hostile}.md`, time: noon },
        ],
      }),
    );
    expect(text.split('\n').filter((line) => line.startsWith('## '))).toHaveLength(2);
    const html = String(marked.parse(text));
    expect(html).not.toMatch(/<img|<script/);
    for (const [, href = ''] of html.matchAll(/href="([^"]*)"/g)) {
      expect(href).not.toMatch(/^\w+:/);
      expect(decodeURIComponent(href)).toMatch(/^(?:\.varve\/memory\/|[^/])/);
    }
    expect(text).not.toMatch(/[\u202E]|(^|[^\w\\])@\//m);
  });

  it('takes what is left from the session itself', () => {
    const transcript = toldSession(
      [
        asks('Begin'),
        plans(['One', 'done'], ['Two', 'open'], ['Three', 'open']),
        runs('npm test', { ok: false, exitCode: 1, text: '1 failed' }),
        answers('One test fails.'),
        asks('And now the rest'),
      ],
      { state: 'interrupted' },
    );
    expect(unfinishedIn(transcript)).toEqual([
      { what: 'was interrupted' },
      { what: 'not answered:', said: 'And now the rest' },
      { what: '2 open steps, next:', said: 'Two' },
      { what: 'fails:', command: 'npm test' },
    ]);
    expect(unfinishedIn(toldSession([asks('Begin'), answers('Done.')]))).toEqual([]);
  });
});

describe('since when', () => {
  const milestone = (name: string, description: string, modified: string) =>
    ({
      record: {
        id: '01KAN4X2V6T3M8Q9RWYZ4KQ2ZF',
        kind: 'milestone',
        name,
        description,
        modified,
        body: description,
      },
    }) as TimelineRecord;
  const timeline = [
    milestone('milestone-1-2-aaaaaa', 'Version 1.2 is out', '2026-11-20T10:00:00.000Z'),
    milestone('milestone-1-1-bbbbbb', 'Version 1.1 is out', '2026-10-20T10:00:00.000Z'),
  ];

  it('is a day, an age or a milestone, the newest that fits', () => {
    const of = (text: string) => {
      const since = standupSince(text, noon, timeline);
      return since.ok ? since.value : since.error.message;
    };
    expect(of('7d')).toEqual({ time: noon - 7 * 24 * hour, words: '7 days ago' });
    expect(of('1w')).toMatchObject({ words: '1 week ago' });
    expect(of('version')).toEqual({
      time: Date.parse('2026-11-20T10:00:00.000Z'),
      words: 'the milestone Version 1.2 is out',
    });
    expect(of('milestone-1-1-bbbbbb')).toMatchObject({ time: Date.parse('2026-10-20T10:00:00.000Z') });
    const yesterday = new Date(noon);
    expect(of('Yesterday')).toEqual({
      time: new Date(yesterday.getFullYear(), yesterday.getMonth(), yesterday.getDate() - 1).getTime(),
      words: 'yesterday',
    });
    expect(of('once upon a time')).toMatch(/^--since is yesterday/);
    expect(of('')).toMatch(/^--since is yesterday/);
  });
});
