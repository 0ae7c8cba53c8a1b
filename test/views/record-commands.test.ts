import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { MemoryWorkspace } from '../../src/memory/workspace/memory-workspace.ts';
import {
  recordDecision,
  recordMilestone,
  rememberSelection,
} from '../../src/views/record/record-commands.ts';
import type { WorkspaceFolders } from '../../src/views/workspace/workspace-folders.ts';
import { answers, CancellationError, seen } from '../fakes/vscode.ts';
import { type EditPlace, makeEditPlace, value } from '../memory/workspace/edit-place.ts';

const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

const editor = vi.hoisted((): { active: unknown } => ({ active: undefined }));

vi.mock('vscode', async () => {
  const plain = await import('../fakes/vscode.ts');
  const { readFile } = await import('node:fs/promises');
  /** Answers like a person: what is complained about is not taken. */
  const showInputBox = async (options: { validateInput: (text: string) => string | undefined }) => {
    plain.seen.push(['input', options]);
    const answer = plain.answers.shift();
    return typeof answer === 'string' && options.validateInput(answer) === undefined ? answer : undefined;
  };
  const openTextDocument = async ({ fsPath }: { fsPath: string }) => {
    const text = await readFile(fsPath, 'utf8');
    return { fsPath, getText: () => text };
  };
  const showTextDocument = (...args: unknown[]) => {
    plain.seen.push(['open', ...args]);
    return Promise.resolve();
  };
  return {
    ...plain,
    Range: class {},
    workspace: { ...plain.workspace, openTextDocument },
    window: {
      ...plain.window,
      showInputBox,
      showTextDocument,
      get activeTextEditor() {
        return editor.active;
      },
    },
  };
});

async function openPlace(): Promise<{
  place: EditPlace;
  workspace: MemoryWorkspace;
  folders: WorkspaceFolders;
}> {
  const place = await makeEditPlace();
  const workspace = await place.open();
  const folders = {
    folders: [{ folder: place.root, name: 'harbor' }],
    open: () => Promise.resolve({ ok: true, value: workspace }),
  } as unknown as WorkspaceFolders;
  return { place, workspace, folders };
}

async function setUp(workspace: MemoryWorkspace): Promise<void> {
  const options = {
    place: 'repository',
    claudeRules: true,
    agentsPointer: false,
    capture: 'proposed',
  } as const;
  value(await workspace.apply(value(await workspace.planSetUp(options))));
}

/** Lines are zero-based, whole lines are selected. */
function select(path: string, first: number, last: number, text: string): void {
  const [start, end] = [
    { line: first, character: 0 },
    { line: last + 1, character: 0 },
  ];
  const selection = { start, end, isEmpty: text === '' };
  editor.active = {
    selection: text === '' ? { ...selection, end: start } : selection,
    document: { uri: { scheme: 'file', fsPath: path }, getText: () => text },
  };
}

beforeEach(() => {
  answers.length = 0;
  seen.length = 0;
  editor.active = undefined;
});

describe('records by hand', () => {
  it('become a draft that is open and waits; nothing is accepted', async () => {
    const { place, workspace, folders } = await openPlace();
    await setUp(workspace);
    select(place.path('src/boats.ts'), 4, 4, '');
    answers.push('Boats are named by hull number.', 'names change when boats are sold');
    await recordDecision(folders);
    const [proposal] = await workspace.proposals();
    expect(proposal).toMatchObject({
      group: 'person',
      origin: 'owner',
      place: 'machine',
      record: {
        kind: 'decision',
        description: 'Boats are named by hull number',
        body: 'Boats are named by hull number.\n\n**Why:** names change when boats are sold',
      },
      evidence: {
        source: 'person:Mara <mara@example.invalid>',
        reason: 'Written down by hand at src/boats.ts.',
        anchors: [{ path: 'src/boats.ts' }],
        evidence: [],
      },
    });
    expect(seen.find(([what]) => what === 'open')?.[1]).toMatchObject({ fsPath: proposal?.path });
    expect(await workspace.records()).toEqual([]);
    answers.push('The harbor opens', '');
    await recordMilestone(folders);
    const kinds = (await workspace.proposals()).map(({ record }) => [record.kind, record.body]);
    expect(kinds).toContainEqual(['milestone', 'The harbor opens.']);
  });

  it('quote a selection as evidence with its lines, never as prose', async () => {
    const { place, workspace, folders } = await openPlace();
    await setUp(workspace);
    select(place.path('src/fees.ts'), 2, 3, 'const cents = 1;\nround(cents);\n');
    answers.push({ label: 'Gotcha', value: 'gotcha' }, 'Fees are rounded once', '');
    await rememberSelection(folders);
    const [proposal] = await workspace.proposals();
    expect(proposal?.record).toMatchObject({ kind: 'gotcha', body: 'Fees are rounded once.' });
    expect(proposal?.evidence).toMatchObject({
      anchors: [{ path: 'src/fees.ts' }],
      evidence: [{ path: 'src/fees.ts', line: 3, text: 'const cents = 1;\nround(cents);\n' }],
      reason: 'Written down by hand at src/fees.ts:3-4.',
    });
  });

  it.each([
    ['at the kind', []],
    ['at the title', [{ label: 'Gotcha', value: 'gotcha' }]],
    ['at the reason', [{ label: 'Gotcha', value: 'gotcha' }, 'Fees are rounded once']],
  ])('leave nothing when cancelled %s', async (_where, given) => {
    const { place, workspace, folders } = await openPlace();
    await setUp(workspace);
    select(place.path('src/fees.ts'), 2, 2, 'round(cents);\n');
    answers.push(...given);
    await expect(rememberSelection(folders)).rejects.toThrow(CancellationError);
    expect(await workspace.proposals()).toEqual([]);
    expect((await workspace.log()).map(({ action }) => action)).toEqual(['set-up']);
  });

  it('refuse a secret with its place, and never say it', async () => {
    const { place, workspace, folders } = await openPlace();
    await setUp(workspace);
    select(place.path('src/key.ts'), 6, 7, `one\nconst key = '${TOKEN}';\n`);
    const refused = await rememberSelection(folders).catch((error: Error) => error.message);
    expect(refused).toMatch(/^src\/key\.ts:8 holds what looks like a secret \(github-token\)/);
    expect(refused).not.toContain(TOKEN);
    select(place.path('src/key.ts'), 0, 0, '');
    answers.push(`The key is ${TOKEN}`);
    await expect(recordDecision(folders)).rejects.toThrow(CancellationError);
    expect(await workspace.proposals()).toEqual([]);
  });

  it('ask for set-up first, and for a selection', async () => {
    const { place, folders } = await openPlace();
    await expect(recordDecision(folders)).rejects.toThrow('not set up');
    await expect(rememberSelection(folders)).rejects.toThrow('Nothing is selected');
    select(place.path('a.ts'), 0, 0, '');
    await expect(rememberSelection(folders)).rejects.toThrow('Nothing is selected');
    expect(seen).toEqual([]);
  });
});
