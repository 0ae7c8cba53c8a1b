import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Proposal } from '../../src/memory/inbox/proposal.ts';
import type { CommandWork } from '../../src/views/command/command-funnel.ts';
import { commandIds } from '../../src/views/contributions.ts';
import { inboxCommands } from '../../src/views/inbox/inbox-commands.ts';
import type { InboxView } from '../../src/views/inbox/inbox-view.ts';
import type { WorkspaceFolders } from '../../src/views/workspace/workspace-folders.ts';
import { answers, CancellationError, seen, workspace } from '../fakes/vscode.ts';

vi.mock('vscode', async () => {
  const plain = await import('../fakes/vscode.ts');
  class TabInputText {}
  class TabInputTextDiff {}
  const tabGroups = { all: [], close: () => Promise.resolve(true) };
  return {
    ...plain,
    TabInputText,
    TabInputTextDiff,
    window: { ...plain.window, tabGroups, activeTextEditor: undefined },
  };
});

const proposal = (id: string): Proposal => ({
  id,
  record: { id, kind: 'decision', status: 'proposed', name: id, description: id, modified: '', body: id },
  evidence: { version: 1, id, source: 'x', supersedes: [], requirements: [], anchors: [], evidence: [] },
  origin: 'owner',
  place: 'repository',
  path: `/r/${id}.md`,
  group: 'commit',
});

const done: unknown[] = [];
let waiting: readonly string[] = [];

function commands(): Readonly<Record<string, CommandWork | undefined>> {
  const review = (action: string) => (ids: readonly string[]) => {
    done.push([action, ids]);
    return Promise.resolve({ ok: true, value: {} });
  };
  const view = {
    proposals: () =>
      Promise.resolve([{ folder: '/r', name: 'r', proposals: waiting.map(proposal), unreadable: [] }]),
    tree: { view: { selection: [] }, refresh: () => Promise.resolve() },
  } as unknown as InboxView;
  const folders = {
    open: () => Promise.resolve({ ok: true, value: { accept: review('accept'), reject: review('reject') } }),
  } as unknown as WorkspaceFolders;
  return inboxCommands({ view, folders, onReviewed: () => Promise.resolve() });
}

const row = (id: string) => ({
  row: { id, label: id, subject: { kind: 'proposal', folder: '/r', id, path: `/r/${id}.md` } },
});

function unsaved(id: string, saves = true) {
  const document = {
    uri: { scheme: 'file', fsPath: `/r/${id}.md` },
    isDirty: true,
    save: () => {
      done.push(['save', id]);
      return Promise.resolve(saves);
    },
  };
  workspace.textDocuments = [document];
}

beforeEach(() => {
  for (const list of [done, seen, answers]) list.length = 0;
  workspace.textDocuments = [];
  waiting = ['a', 'b', 'c'];
});

describe('review', () => {
  it('takes all selected rows in one change', async () => {
    await commands()[commandIds.accept]?.(row('a'), [row('a'), row('c')]);
    expect(done).toEqual([['accept', ['a', 'c']]]);
    await commands()[commandIds.reject]?.(row('b'), [row('b'), row('c')]);
    expect(done[1]).toEqual(['reject', ['b', 'c']]);
  });

  it('takes the proposals of a comment and of a thread', async () => {
    await commands()[commandIds.accept]?.({ body: '', ...row('b') });
    await commands()[commandIds.reject]?.({ label: '', comments: [{ body: '', ...row('a') }] });
    expect(done).toEqual([
      ['accept', ['b']],
      ['reject', ['a']],
    ]);
  });

  it('asks before it passes over edits that are not saved, and does nothing when cancelled', async () => {
    unsaved('a');
    await expect(commands()[commandIds.accept]?.(row('a'))).rejects.toThrow(CancellationError);
    await expect(commands()[commandIds.reject]?.(row('a'))).rejects.toThrow(CancellationError);
    expect(done).toEqual([]);
    expect(seen.map(([kind, , , button]) => [kind, button])).toEqual([
      ['warning', 'Save and Accept'],
      ['warning', 'Save and Reject'],
    ]);
  });

  it('saves first where the person says so', async () => {
    unsaved('a');
    answers.push('Save and Accept');
    await commands()[commandIds.accept]?.(row('a'));
    expect(done).toEqual([
      ['save', 'a'],
      ['accept', ['a']],
    ]);
  });

  it('changes nothing where it could not be saved', async () => {
    unsaved('a', false);
    answers.push('Save and Accept');
    await expect(commands()[commandIds.accept]?.(row('a'))).rejects.toThrow('could not be saved');
    expect(done).toEqual([['save', 'a']]);
  });

  it('asks for all of them together about edits that are not saved too', async () => {
    unsaved('b');
    answers.push('Accept 3', undefined);
    await expect(commands()[commandIds.acceptAll]?.()).rejects.toThrow(CancellationError);
    expect(done).toEqual([]);
  });

  it('does nothing to another one where the one it was called on is gone', async () => {
    await expect(commands()[commandIds.accept]?.(row('gone'))).rejects.toThrow('reviewed meanwhile');
    expect(done).toEqual([]);
  });
});
