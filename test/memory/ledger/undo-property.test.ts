import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/memory/ledger/operation.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { readTree } from '../../fakes/tree.ts';
import {
  idOf,
  makeReviewScene,
  openReviewScene,
  proposalNamed,
  propose,
  type ReviewScene,
  value,
  whereabouts,
} from '../inbox/review-scene.ts';

const LETTERS = ['A', 'B', 'C', 'D'] as const;

/** One step: what to do, on which record, and which undone operation or text is meant. */
interface Step {
  readonly act: 'propose' | 'accept' | 'reject' | 'edit' | 'retire' | 'restore' | 'undo' | 'reopen';
  readonly letter: (typeof LETTERS)[number];
  readonly other: (typeof LETTERS)[number];
  readonly pick: number;
}

type Tree = Record<string, string>;

/** What stood before and after each operation: what an undo of the newest must come back to. */
interface Model {
  scene: ReviewScene;
  done: { readonly entry: LedgerEntry; readonly before: Tree; readonly after: Tree }[];
}

const steps = fc.array(
  fc.record<Step>({
    act: fc.constantFrom(
      'propose',
      'accept',
      'accept',
      'reject',
      'edit',
      'retire',
      'restore',
      'undo',
      'undo',
      'reopen',
    ),
    letter: fc.constantFrom(...LETTERS),
    other: fc.constantFrom(...LETTERS),
    pick: fc.nat(50),
  }),
  { minLength: 4, maxLength: 16 },
);

async function treeOf({ root, stateDirectory }: ReviewScene): Promise<Tree> {
  const inbox = Object.entries(await readTree(stateDirectory)).filter(([path]) => path.startsWith('inbox'));
  return { ...(await readTree(root)), ...Object.fromEntries(inbox) };
}

async function act({ scene }: Model, { act: name, letter, other, pick }: Step) {
  const { reviewer } = scene;
  const waiting = async () => [await proposalNamed(scene, letter)];
  const place = pick % 2 === 0 ? ('proposed' as const) : ('machineInbox' as const);
  switch (name) {
    case 'accept':
      return reviewer.accept(await waiting());
    case 'reject':
      return reviewer.reject(await waiting());
    case 'edit': {
      const [proposal] = await waiting();
      const text = `---\nname: x\ndescription: Use ${letter}\nmetadata:\n  modified: 2026-03-01T10:00:00.000Z\n  varve_id: ${idOf(letter)}\n  varve_kind: decision\n  varve_status: proposed\n---\nEdit ${pick}.\n`;
      return proposal === undefined ? undefined : reviewer.edit([proposal], text);
    }
    case 'retire':
      return reviewer.retire([idOf(letter)]);
    case 'restore':
      return reviewer.restore(idOf(letter));
    case 'propose':
      await propose(scene, letter, { place, supersedes: other === letter ? [] : [other] });
      return undefined;
    default:
      return undefined;
  }
}

/** Index and delivery file are functions of the records: they are as before where the records are. */
async function undoNewest(model: Model): Promise<void> {
  const newest = model.done.pop();
  if (newest === undefined) return;
  const { scene } = model;
  expect(await treeOf(scene)).toEqual(newest.after);
  const last = await scene.ledger.lastUndoable(newest.entry.who, newest.entry.worktree);
  expect(last?.id).toBe(newest.entry.id);
  value(await scene.reviewer.undo(undefined));
  expect(await treeOf(scene)).toEqual(newest.before);
}

async function step(model: Model, one: Step, directory: string): Promise<void> {
  if (one.act === 'reopen') {
    model.scene = await openReviewScene(directory);
    return;
  }
  if (one.act === 'undo') return undoNewest(model);
  const stands = (await whereabouts(model.scene))[one.letter];
  // A proposal comes into the world outside the history: behind it nothing older can be compared.
  if (one.act === 'propose') {
    if (stands !== undefined) return;
    await act(model, one);
    model.done = [];
    return;
  }
  const needsProposal = ['accept', 'reject', 'edit'].includes(one.act);
  if (needsProposal && !/proposed$/.test(stands ?? '')) return;
  const before = await treeOf(model.scene);
  const result = await act(model, one);
  const after = await treeOf(model.scene);
  if (result?.ok) model.done.push({ entry: result.value, before, after });
  else expect(after, 'refused, and nothing written').toEqual(before);
}

it('any sequence of operations is undone to the byte, the newest first, also by another process', async () => {
  const directory = await temporaryDirectory();
  let run = 0;
  let undone = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      run += 1;
      const own = join(directory, String(run));
      const model: Model = { scene: await makeReviewScene(own), done: [] };
      for (const letter of LETTERS) {
        await propose(model.scene, letter, letter === 'B' ? { supersedes: ['A'] } : {});
      }
      for (const one of all) await step(model, one, own);
      for (const places of Object.values(await whereabouts(model.scene))) {
        expect(places, 'each record stands once, with its evidence').toMatch(/^\w+ \w+$/);
      }
      model.scene = await openReviewScene(own);
      undone += model.done.length;
      while (model.done.length > 0) await undoNewest(model);
      await rm(own, { recursive: true });
    }),
    { numRuns: process.env['VARVE_FULL'] === '1' ? 300 : 25 },
  );
  expect(undone).toBeGreaterThan(0);
}, 600_000);
