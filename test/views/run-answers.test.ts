import { describe, expect, it, vi } from 'vitest';
import { answerItems, waitingItem } from '../../src/views/runs/answer-items.ts';
import { newRunState, type Waiting } from '../../src/views/runs/run-state.ts';
import { statusWords } from '../../src/views/status/status-bar.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const run = newRunState('run-1', '/r', 'Make it pass', 0);
const approval = (rule?: string): Waiting => ({
  kind: 'approval',
  id: 'a1',
  request: {
    id: 'a1',
    tool: 'Bash',
    summary: 'Run npm test',
    detail: 'npm test $(check) && true',
    reason: 'a command asks',
    ...(rule ? { offeredRule: rule } : {}),
  },
});

describe('the list that answers an approval', () => {
  it('shows the rule beside session and always, and offers neither without one', () => {
    const choices = (rule?: string) => answerItems(run, approval(rule)).items.map(({ choice }) => choice);
    expect(choices('Bash(npm test)')).toMatchObject([
      { decision: 'once' },
      { decision: 'session' },
      { decision: 'always' },
      { decision: 'deny' },
      { kind: 'words' },
      { kind: 'show' },
    ]);
    expect(choices()).toMatchObject([
      { decision: 'once' },
      { decision: 'deny' },
      { kind: 'words' },
      { kind: 'show' },
    ]);
    expect(answerItems(run, approval('Bash(npm test)')).items[1]?.description).toBe('Bash(npm test)');
  });

  it('draws no icon that a model wrote', () => {
    expect(answerItems(run, approval()).items[0]?.detail).toBe('npm test \\$(check) && true');
  });
});

describe('the list that answers a question', () => {
  const waiting: Waiting = {
    kind: 'question',
    id: 'q1',
    agent: 'tester',
    question: { id: 'q1', question: 'Which one?', options: ['first', 'second'] },
  };

  it('has its options, words of one\u2019s own, and nobody', () => {
    expect(answerItems(run, waiting).items.map(({ choice }) => choice)).toEqual([
      { kind: 'option', option: 'first' },
      { kind: 'option', option: 'second' },
      { kind: 'words' },
      { kind: 'nobody' },
    ]);
  });

  it('is named after run and subagent among others', () => {
    expect(waitingItem(run, waiting)).toEqual({
      label: '$(question) Which one?',
      description: 'tester · Make it pass',
    });
  });
});

describe('the status bar', () => {
  it('counts what waits before what goes on', () => {
    expect(statusWords(0, 2, 1)).toEqual(['1 waits']);
    expect(statusWords(2, 2, 0)).toEqual(['2 pending', '2 running']);
  });
});
