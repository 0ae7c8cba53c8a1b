import { failure, type Result, success } from '../../base/result.ts';
import { isInside, relativePath } from '../hierarchy/places.ts';
import type { Proposal } from '../inbox/proposal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RecordKind } from '../project/record-kind.ts';
import { showHidden } from '../record/safe-text.ts';
import { capturePolicy } from './capture-policy.ts';
import { draftId, draftProposal } from './draft-proposal.ts';
import { readSmall } from './foreign-look.ts';
import { readKnownRecords } from './known-records.ts';
import type { MemoryProblem, RecordDraft } from './memory-workspace.ts';
import type { OpenProject } from './open-project.ts';
import { personSource } from './person.ts';
import { notSetUp } from './problems.ts';
import { untouchedLedger } from './untouched-ledger.ts';
import type { LearnedDraft, WorkSources } from './work-sources.ts';

type Proposed = Promise<Result<Proposal | undefined, MemoryProblem>>;

export interface ProjectSourcesParts {
  readonly open: OpenProject;
  /** A draft was kept as a proposal; answers it. */
  readonly onProposed: (id: string) => Promise<Result<Proposal, MemoryProblem>>;
}

const maxBytes = 256 * 1024;
/** What is memory already, or made from it, states nothing new. */
const passedOver =
  /^\.(?:varve|claude|git|cursor|windsurf)\/|(?:^|\/)(?:CLAUDE(?:\.local)?|AGENTS|GEMINI)\.md$/;

export function projectSources({ open, onProposed }: ProjectSourcesParts): WorkSources {
  // One after the other: a burst of saves finds what the first of them proposed.
  let work: Promise<unknown> = Promise.resolve();
  const inTurn = (look: () => Proposed): Proposed => {
    const turn = work.then(look, look);
    work = turn.catch(() => {});
    return turn;
  };
  const propose = async (draft: RecordDraft): Proposed => {
    if (await isKnown(open, draft)) return success(undefined);
    const id = await draftProposal(open, draft);
    return id.ok ? onProposed(id.value) : failure(id.error);
  };
  return {
    saved: (path) => inTurn(() => proposeSaved(open, path, propose)),
    passedAgain: (check) => inTurn(() => proposePassed(open, check, propose)),
    learned: (draft) => inTurn(() => proposeLearned(open, draft, propose)),
    knows: async (draft) => {
      const ledger = await untouchedLedger(open);
      return isAmong(open, draft, ledger.ok ? ledger.value : undefined);
    },
  };
}

type Propose = (draft: RecordDraft) => Proposed;

async function proposeSaved(open: OpenProject, path: string, propose: Propose): Proposed {
  const { root } = open.project;
  const real = await open.surroundings.files.realPath(path).catch(() => path);
  const name = relativePath(root, real);
  if (!isInside(real, root) || passedOver.test(name)) return success(undefined);
  const texts = await textsOf(open, real, name);
  if (texts === undefined) return success(undefined);
  const { decisionInSave } = await import('../capture/saved-text.ts');
  const found = decisionInSave(name, texts.before, texts.after);
  if (found === undefined || !(await isWanted(open, found.kind))) return success(undefined);
  const body = [`${found.title}.`, ...(found.why === undefined ? [] : [`**Why:** ${found.why}`])];
  if (found.considered !== undefined) body.push(`**Considered:** ${found.considered}`);
  return propose({
    kind: found.kind,
    title: found.why === undefined ? found.title : `${found.title}; ${found.why.replace(/\.$/, '')}`,
    body: body.join('\n\n'),
    source: personSource(await open.owner()),
    group: 'person',
    paths: [name],
    rule: found.rule,
    confidence: found.confidence,
    subject: found.subject,
    reason: `You saved ${showHidden(name)} with a line that states a decision. It is not committed yet.`,
    evidence: found.line === undefined ? [] : [{ path: name, text: found.line.text.slice(0, 600) }],
  });
}

/** What the last commit has and what stands there now; undefined without git and for what is no small text. */
async function textsOf(
  open: OpenProject,
  path: string,
  name: string,
): Promise<{ readonly before: string; readonly after: string } | undefined> {
  const git = writable(open) ? open.git() : undefined;
  if (git === undefined) return undefined;
  const bytes = await readSmall(open.surroundings.files, path);
  if (bytes === undefined || bytes === null || bytes.includes(0)) return undefined;
  const ignored = await git.text(['check-ignore', '-q', '--', name]);
  if (ignored.ok) return undefined;
  const committed = await git.bytes(['show', `HEAD:${name}`], { maxBytes });
  // A file that is new has no text before; one that grew over the cap there is left to its commit.
  if (!committed.ok && committed.error.kind !== 'failed') return undefined;
  const before = committed.ok ? Buffer.from(committed.value).toString('utf8') : '';
  return { before, after: Buffer.from(bytes).toString('utf8') };
}

async function proposePassed(open: OpenProject, check: string, propose: Propose): Proposed {
  const git = writable(open) ? open.git() : undefined;
  const name = showHidden(check).replace(/\s+/g, ' ').trim().slice(0, 200);
  if (git === undefined || name === '' || !(await isWanted(open, 'milestone'))) return success(undefined);
  const own = ['.', ':(exclude).varve', ':(exclude).claude/rules/varve.md'];
  const status = await git.text(['status', '--porcelain', '--untracked-files=normal', '--', ...own]);
  const tree = await git.text(['rev-parse', '--verify', '--quiet', 'HEAD^{tree}']);
  if (!status.ok || !tree.ok || status.value !== '') return success(undefined);
  const at = new Date(open.surroundings.clock.now()).toISOString();
  return propose({
    kind: 'milestone',
    title: `\`${name.replaceAll('`', "'")}\` passes again`,
    body: `\`${name.replaceAll('`', "'")}\` failed in this window and passes since ${at.slice(0, 10)}.`,
    source: personSource(await open.owner()),
    group: 'person',
    rule: 'check-passed',
    confidence: 0.5,
    subject: `check:${name}:${at.slice(0, 10)}`,
    reason: 'A task that had failed in this window ended without an error, with nothing uncommitted.',
    evidence: [{ check: name, tree: tree.value, exit: 0, at }],
  });
}

async function proposeLearned(open: OpenProject, draft: LearnedDraft, propose: Propose): Proposed {
  const closed = open.closed();
  if (closed !== undefined) return closed;
  if (open.project.isSetUp === 'no') return failure(notSetUp);
  if (!(await isWanted(open, draft.kind))) return success(undefined);
  return propose(draft);
}

function writable({ project, surroundings }: OpenProject): boolean {
  return project.isSetUp !== 'no' && surroundings.trusted && project.readOnly === undefined;
}

async function isWanted(open: OpenProject, kind: RecordKind): Promise<boolean> {
  return (await capturePolicy(open))(kind) !== 'never';
}

/** Waits, was accepted, is past or was rejected: asked once. Where its text was purged the id alone is left. */
async function isKnown(open: OpenProject, draft: RecordDraft): Promise<boolean> {
  const ledger = await open.ledger();
  return isAmong(open, draft, ledger.ok ? ledger.value : undefined);
}

async function isAmong(
  { surroundings: { files }, places }: OpenProject,
  draft: RecordDraft,
  ledger: Ledger | undefined,
): Promise<boolean> {
  const { subject } = draft;
  const id = draftId(draft);
  const known = await readKnownRecords({ files, places, ledger });
  return known.some((one) => one.id === id || one.evidence.subject === subject);
}
