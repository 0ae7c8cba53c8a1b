import type { Git } from '../../base/git.ts';
import { redact } from '../../base/secrets.ts';
import type { Proposal } from '../../memory/inbox/proposal.ts';
import type { EvidenceItem } from '../../memory/record/record.ts';

/** More of a commit than this says no more about why. */
const maxUnits = 12_000;

/**
 * What a model is shown and may quote: the commit that the proposal came from (message, files, changed lines) and the
 * sentences that evidence names. Secrets are taken out before anything leaves the machine.
 */
export async function evidenceText(git: Git, proposal: Proposal): Promise<string> {
  const items = proposal.evidence.evidence;
  const told = items.flatMap((item) => ('text' in item ? [`${item.path}: ${item.text}`] : []));
  const commits = await Promise.all(items.map((item) => commitText(git, item)));
  const whole = [...commits.filter((text) => text !== ''), ...told].join('\n\n');
  return redact(whole.slice(0, maxUnits));
}

async function commitText(git: Git, item: EvidenceItem): Promise<string> {
  const revision = await revisionOf(git, item);
  if (revision === undefined) return '';
  const shown = await git.text(
    [
      'show',
      '--no-color',
      '--format=%s%n%n%b',
      '--stat',
      '--patch',
      '--unified=1',
      '--end-of-options',
      revision,
    ],
    { maxBytes: 4 * 1024 * 1024 },
  );
  return shown.ok ? shown.value.trim() : '';
}

/** Evidence names a commit by its patch, which outlives a rebase; the subject finds it again. */
async function revisionOf(git: Git, item: EvidenceItem): Promise<string | undefined> {
  if ('tag' in item) return `refs/tags/${item.tag}^{commit}`;
  if (!('patch' in item) || item.subject === undefined || item.subject.trim() === '') return undefined;
  const found = await git.text([
    'log',
    '--max-count=5',
    '--fixed-strings',
    `--grep=${item.subject}`,
    '--format=%H %s',
    'HEAD',
  ]);
  if (!found.ok) return undefined;
  const lines = found.value.split('\n');
  const exact = lines.find((line) => line.slice(line.indexOf(' ') + 1) === item.subject);
  return exact?.split(' ')[0];
}
