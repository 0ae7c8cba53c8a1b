import { beforeEach, describe, expect, it, vi } from 'vitest';
import { failure } from '../../src/base/result.ts';
import { CommandFunnel, need } from '../../src/views/command/command-funnel.ts';
import { UserProblem } from '../../src/views/command/user-problem.ts';
import { needTrust } from '../../src/views/workspace/pick-folder.ts';
import { answers, CancellationError, seen, workspace } from '../fakes/vscode.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const logged: unknown[] = [];
const log = { error: (...what: unknown[]) => logged.push(what), info: () => {} };
const funnel = new CommandFunnel(log as unknown as ConstructorParameters<typeof CommandFunnel>[0]);
/** The message is not waited for by the command. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  seen.length = 0;
  answers.length = 0;
  logged.length = 0;
  workspace.isTrusted = true;
});

describe('the funnel of commands', () => {
  it('is silent when the person cancelled', async () => {
    await funnel.run('x', () => Promise.reject(new CancellationError()));
    expect(seen).toEqual([]);
  });

  it("says the user's problem in its sentence with one action", async () => {
    await funnel.run('x', () =>
      Promise.reject(new UserProblem('Disk is full.', { kind: 'repeat', title: 'Try Again' })),
    );
    expect(seen).toEqual([['warning', 'Disk is full.', 'Try Again']]);
  });

  it('does it again when the person asks for that', async () => {
    const work = vi
      .fn()
      .mockRejectedValueOnce(new UserProblem('Busy.', { kind: 'repeat', title: 'Try Again' }));
    work.mockResolvedValueOnce(undefined);
    answers.push('Try Again');
    await funnel.run('x', work);
    await settled();
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('saves an unsaved file and then does it again', async () => {
    const save = vi.fn(() => Promise.resolve(true));
    workspace.textDocuments = [{ uri: { toString: () => 'file:///r/a.md' }, save }];
    const work = vi
      .fn()
      .mockImplementationOnce(
        async () =>
          void need(failure({ kind: 'unsaved', path: '/r/a.md', message: 'a.md has unsaved edits.' })),
      );
    answers.push('Save and Apply');
    await funnel.run('x', work);
    await settled();
    expect(save).toHaveBeenCalled();
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('offers the log for our own faults and never shows their text', async () => {
    await funnel.run('x', () => Promise.reject(new TypeError('undefined is not a function')));
    await settled();
    expect(JSON.stringify(seen)).not.toContain('undefined is not');
    expect(seen[0]?.at(-1)).toBe('Show Log');
    expect(logged).toHaveLength(1);
  });

  it('leads from Restricted Mode to the trust settings', async () => {
    workspace.isTrusted = false;
    answers.push('Manage Workspace Trust');
    await funnel.run('x', async () => needTrust());
    await settled();
    expect(seen[1]).toEqual(['command', 'workbench.trust.manage']);
  });
});
