import { describe, expect, it } from 'vitest';
import { BRIEF_TOKENS, writeBrief } from '../../../src/agent/resume/brief.ts';
import type { JournalEvent, JournalEventBody } from '../../../src/agent/session/journal-event.ts';
import { foldSession } from '../../../src/agent/session/session-state.ts';
import { estimateTokens } from '../../../src/base/tokens.ts';
import { calls, intent, prompt, result, runStart, says } from '../session/fixtures.ts';

const header = {
  version: 1,
  session: 's-1',
  project: 'p',
  cwd: '/repo',
  worktree: '/repo',
  created: 1_790_000_000_000,
};

function stateOf(...bodies: readonly JournalEventBody[]) {
  const events = bodies.map(
    (body, index): JournalEvent => ({ seq: index + 1, time: header.created + index, ...body }),
  );
  return foldSession(header, events);
}

const nothing = { commits: [], changedFiles: [] };
const failing: JournalEventBody = {
  type: 'tool-result',
  id: 'b',
  name: 'run_command',
  ok: false,
  text: '1 failed\nexpected 3 to be 4',
};

describe('a brief', () => {
  it('names goal, decisions, what was done, where it stopped, the failing check and what changed since', () => {
    const state = stateOf(
      runStart,
      prompt('Make the parser faster'),
      calls({ id: 'a', name: 'write' }, { id: 'b', name: 'run_command' }, { id: 'c', name: 'edit' }),
      intent('a', 'write', { path: '/repo/src/parser.ts', before: 'x', after: 'y' }),
      result('a'),
      intent('b', 'execute'),
      failing,
      intent('c', 'write', { path: '/repo/src/lexer.ts', before: 'x', after: 'z' }),
    );
    const brief = writeBrief({
      state,
      root: '/repo',
      decisions: ['Parsing is done by hand'],
      since: { commits: ['abc123 Rename things'], changedFiles: ['src/parser.ts'] },
    });
    expect(brief).toBe(`# Earlier work: Make the parser faster

Session s-1 · last active 2026-09-21 14:13 UTC · main

## Goal
Make the parser faster

## Decisions that hold here
- Parsing is done by hand

## Done
- wrote src/parser.ts

## Where it stopped
Its process ended in the middle of a run.
- under way, outcome to be checked: write c

## Last failing check
execute b:
    1 failed
    expected 3 to be 4

## Changed since
- commit abc123 Rename things
- src/parser.ts is no longer as the session left it
`);
  });

  it('quotes the working notes, whose headings are none of its own', () => {
    const state = stateOf(prompt('x'), says('Half done.'));
    const notes = '# Plan\n\n## Done\n- first step\n';
    const brief = writeBrief({ state, root: '/repo', decisions: [], since: nothing, notes });
    expect(brief).toContain('## Notes\n> # Plan\n>\n> ## Done\n> - first step\n');
    expect(writeBrief({ state, root: '/repo', decisions: [], since: nothing, notes: ' \n' })).not.toContain(
      'Notes',
    );
  });

  it('forgets a check that succeeded later', () => {
    const again: JournalEventBody = {
      type: 'tool-intent',
      id: 'c',
      key: 'c',
      name: 'execute',
      summary: 'execute b',
      effect: 'execute',
    };
    const state = stateOf(
      prompt('x'),
      calls({ id: 'b', name: 'run_command' }),
      intent('b', 'execute'),
      failing,
      calls({ id: 'c', name: 'run_command' }),
      again,
      result('c'),
      says('Green.'),
    );
    expect(writeBrief({ state, root: '/repo', decisions: [], since: nothing })).not.toContain(
      'failing check',
    );
  });

  it('stays within its budget however much there is, and keeps every part', () => {
    const many = Array.from({ length: 300 }, (_, index) => `call-${index}`);
    const writes = many.flatMap((id) => [
      calls({ id, name: 'write' }),
      intent(id, 'write', { path: `/repo/a/rather/long/path/to/${id}.ts`, before: null, after: 'h' }),
      result(id),
    ]);
    const state = stateOf(runStart, prompt('p'.repeat(100_000)), ...writes, says('s '.repeat(50_000)));
    const since = { commits: many, changedFiles: many };
    const brief = writeBrief({ state, root: '/repo', decisions: many.map((line) => line.repeat(50)), since });
    expect(estimateTokens(brief)).toBeLessThanOrEqual(BRIEF_TOKENS);
    for (const part of ['Goal', 'Decisions that hold here', 'Done', 'Where it stopped', 'Changed since']) {
      expect(brief).toContain(`## ${part}`);
    }
  });
});
