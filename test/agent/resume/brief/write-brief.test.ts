import { describe, expect, it } from 'vitest';
import { markOf, marksIn } from '../../../../src/agent/resume/brief/citation.ts';
import { BRIEF_TOKENS, writeBrief } from '../../../../src/agent/resume/brief/write-brief.ts';
import { estimateTokens } from '../../../../src/base/tokens.ts';
import {
  answers,
  asks,
  began,
  call,
  materialOf,
  notices,
  plans,
  reads,
  runs,
  sumsUp,
  type Told,
  toldSession,
  writes,
} from '../told-session.ts';

const briefOf = (told: readonly Told[], rest: Parameters<typeof toldSession>[1] = {}) =>
  writeBrief(materialOf(toldSession(told, rest))).text;

const failed = (text: string, exitCode = 1) => ({ ok: false, exitCode, text });

describe('a brief', () => {
  it('tells goal, decisions, what was done and is next, what failed, what is open, and what changed since', () => {
    const transcript = toldSession([
      asks('Make the parser faster.\n\nThe benchmark is in bench/.'),
      answers('I will read it first.'),
      reads('/repo/src/lexer.ts'),
      writes('/repo/src/parser.ts'),
      runs('npm test', failed('1 failed\nexpected 3 to be 4')),
      runs('npm install --frozen', failed('npm error unknown option --frozen')),
      runs('npm install', { exitCode: 0 }),
      asks("ok. Let's use a hand-written lexer instead of regular expressions, because they backtrack."),
      plans(['Read the benchmark', 'done'], ['Split the lexer', 'active'], ['Measure again', 'open']),
      writes('/repo/src/lexer.ts'),
      runs('git push', { ok: false, denied: true, text: 'no' }),
      runs('npm run lint', { exitCode: 0 }),
      answers('The lexer is split. The tests still fail on one case. Shall I change the expected value?'),
    ]);
    const material = materialOf(transcript, {
      records: [
        {
          name: 'decision-parsing-is-done-by-hand-4kq2zf',
          description: 'Parsing is done by hand; generated parsers hid their errors',
          kind: 'decision',
          path: '.varve/memory/decision-parsing-is-done-by-hand-4kq2zf.md',
          anchors: ['src/parser.ts'],
          state: 'accepted',
        },
        {
          name: 'decision-other-000000',
          description: 'Concerns something else',
          kind: 'decision',
          path: '.varve/memory/decision-other-000000.md',
          anchors: ['docs/other.md'],
          state: 'accepted',
        },
      ],
      git: {
        branch: 'parser',
        commits: [
          { hash: 'bbb2222', time: began + 86_400_000, subject: 'Rename things' },
          { hash: 'aaa1111', time: began + 300_000, subject: 'Split the lexer' },
        ],
        status: [' M src/parser.ts', '?? notes.txt'],
        statusCount: 2,
      },
      changedFiles: [{ path: '/repo/src/parser.ts', how: 'changed' }],
    });
    expect(writeBrief(material).text).toMatchInlineSnapshot(`
      "# Earlier work: Make the parser faster.

      Claude Code session \`0d3f6c1e-1111-4222-8333-444455556666\` · last active 2026-09-21 14:13 UTC · branch \`main\`, now \`parser\`

      ## Goal
      - “Make the parser faster. The benchmark is in bench/.” [t1]
      - then “ok. Let's use a hand-written lexer instead of regular expressions, because they backtrack.” [t8]

      ## Decisions
      - [Parsing is done by hand; generated parsers hid their errors](.varve/memory/decision-parsing-is-done-by-hand-4kq2zf.md) [record decision-parsing-is-done-by-hand-4kq2zf]
      - said by the person, no record yet: “Let's use a hand-written lexer instead of regular expressions, because they backtrack.” [t8]

      ## Done
      - said last: “The lexer is split. The tests still fail on one case. Shall I change the expected value?” [t13]
      - wrote \`src/lexer.ts\` [t10]
      - wrote \`src/parser.ts\` [t4]
      - commit “Split the lexer” [git aaa1111]
      - passed \`npm run lint\` [t12]
      - ran \`npm install\` [t7]

      ## Next
      - step under way: “Split the lexer” [t9]
      - open step: “Measure again” [t9]
      - said to be left: “The tests still fail on one case.” [t13]

      ## Tried and failed
      - \`npm install --frozen\` failed: “npm error unknown option --frozen”; then \`npm install\` went well [t6] [t7]

      ## Open questions
      - asked, no answer: “Shall I change the expected value?” [t13]
      - not allowed: \`git push\` [t11]

      ## Last failing check
      - \`npm test\` (exit code 1) [t5]

      \`\`\`text
      | 1 failed
      | expected 3 to be 4
      \`\`\`

      ## Changed since
      - \`src/parser.ts\` is no longer as the session left it [disk]
      - commit “Rename things” [git bbb2222]

      ## Uncommitted now
      - changed \`src/parser.ts\` [git status]
      - new \`notes.txt\` [git status]

      ## Sources
      - [tN] entry N of Claude Code session \`claude-code:0d3f6c1e-1111-4222-8333-444455556666\`
      - [git HASH] a commit: \`git show HASH\`
      - [record NAME] a record of project memory
      - [git status] the working tree when this was written
      - [disk] the files when this was written
      "
    `);
  });

  it('forgets a check that passed later, and does not believe the exit code of a pipe', () => {
    const red = runs('npm test', failed('2 failed'));
    expect(briefOf([asks('x'), red, runs('npm test', { exitCode: 0 })])).not.toContain(
      '## Last failing check',
    );
    const piped = runs('npm test 2>&1 | tail -5', { exitCode: 0, text: ' Tests  2 failed | 3 passed' });
    expect(briefOf([asks('x'), piped])).toContain('## Last failing check\n- `npm test 2>&1 | tail -5` [t2]');
    // One test that passes does not say that all do.
    const part = runs('npx vitest run one.test.ts', { exitCode: 0 });
    expect(briefOf([asks('x'), runs('npx vitest run', failed('2 failed')), part])).toContain(
      'Last failing check',
    );
  });

  it('keeps its own words from a framed brief that the session itself began with', () => {
    const framed =
      'Finish it.\n\nWhat follows was put together from x.\n<earlier-work>\n## Goal\n- “Other work” [t1]\n</earlier-work>';
    const brief = briefOf([asks(framed), answers('ok')]);
    expect(brief).toContain('- “Finish it.” [t1]');
    expect(brief).not.toContain('Other work');
  });

  it('says what waited when it ended: an unanswered prompt, calls under way, a question to the person', () => {
    const brief = briefOf(
      [
        asks('Begin'),
        answers('Half.'),
        asks('Now do the other half'),
        notices('error', 'The server is overloaded'),
      ],
      { state: 'failed' },
    );
    expect(brief).toContain('- it ended with an error “The server is overloaded” [t4]');
    expect(brief).toContain('- asked and not answered: “Now do the other half” [t3]');
    const open = briefOf(
      [asks('Begin'), runs('make all'), call('AskUserQuestion', 'other', { summary: 'Which port?' })],
      { state: 'waiting' },
    );
    expect(open).toContain('- under way when it ended, outcome to be checked: `make all` [t2]');
    expect(open).toContain('- asked, no answer: “Which port?” [t3]');
  });

  it('stays within its budget, whatever it is, with every citation whole', () => {
    const many = Array.from({ length: 300 }, (_, index) => index);
    const told: Told[] = [
      asks('p '.repeat(60_000)),
      sumsUp('s'.repeat(50_000)),
      ...many.flatMap((index) => [
        writes(`/repo/a/rather/long/path/to/the/file/${index}.ts`),
        runs(`do-${index} ${'x'.repeat(300)}`, failed('no such thing '.repeat(100))),
      ]),
      plans(...many.map((index) => [`step ${index} ${'y'.repeat(150)}`, 'open'] as const)),
      runs('npm test', failed('expected \u{1F600} to be something else\n'.repeat(400))),
      answers('Left: much. '.repeat(4_000)),
    ];
    const git = {
      branch: 'main',
      commits: many.map((index) => ({ hash: `abc${1000 + index}`, time: began, subject: 'c'.repeat(200) })),
      status: many.slice(0, 40).map((index) => ` M file-${index}`),
      statusCount: 300,
    };
    const material = materialOf(toldSession(told), { git });
    const sizes = [BRIEF_TOKENS, 1_000, 500, 250, 120];
    for (const tokens of sizes) {
      const { text, sources } = writeBrief(material, tokens);
      expect(estimateTokens(text)).toBeLessThanOrEqual(tokens);
      const body = text.slice(0, text.indexOf('## Sources'));
      const lines = body.split('\n').filter((line) => line.startsWith('- '));
      for (const line of lines) expect(line).toMatch(/\[(?:t\d+|git [0-9a-f]+|git status|disk)\]$/);
      expect(new Set(marksIn(body))).toEqual(new Set(sources.map(markOf)));
    }
    const whole = writeBrief(material).text;
    for (const part of ['Goal', 'Next', 'Last failing check', 'Done']) expect(whole).toContain(`## ${part}`);
    expect(writeBrief(material, 250).text).toContain('## Goal');
  });

  it('of a session in which nothing was said is a heading', () => {
    expect(briefOf([])).toBe(
      '# Earlier work: without a title\n\nClaude Code session `0d3f6c1e-1111-4222-8333-444455556666` · last active 2026-09-21 14:00 UTC · branch `main`, still checked out\n',
    );
  });
});
