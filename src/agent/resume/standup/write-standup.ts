import { programName } from '../brief/brief-head.ts';
import { fromRoot } from '../brief/brief-material.ts';
import { inertCode, inertWords, quotedWords } from '../brief/quoted-text.ts';
import { shellWord } from '../reopen-line.ts';
import { dayName, dayOf } from './days.ts';
import type {
  StandupCommit,
  StandupMaterial,
  StandupRecord,
  StandupSession,
  Unfinished,
} from './standup-material.ts';

const MOST_FILES = 5;
const MOST_LINES = 50;
const MOST_LEFT = 3;

/**
 * What happened since then, as Markdown: by day, the newest first, and by branch; sessions of every tool, commits of the
 * owner, records that were accepted; then what is unfinished. A pure function of its material. Links are relative to
 * the root of the workspace.
 */
export function writeStandup(material: StandupMaterial): string {
  const days = daysOf(material);
  const head = `# Since ${inertWords(material.sinceWords, 120)}\n\n${countWords(material)}`;
  if (days.length === 0) return `${head}\n`;
  const sections = days.map((day) => daySection(material, day));
  return `${[head, ...sections, ...unfinishedSection(material)].join('\n\n')}\n`;
}

interface Day {
  readonly key: string;
  readonly sessions: readonly StandupSession[];
  readonly commits: readonly StandupCommit[];
  readonly records: readonly StandupRecord[];
}

function daysOf({ zone, sessions, commits, records }: StandupMaterial): readonly Day[] {
  const keys = new Set([
    ...sessions.map(({ modified }) => dayOf(modified, zone)),
    ...commits.map(({ time }) => dayOf(time, zone)),
    ...records.map(({ time }) => dayOf(time, zone)),
  ]);
  return [...keys]
    .sort((a, b) => (a < b ? 1 : -1))
    .map((key) => ({
      key,
      sessions: sessions.filter(({ modified }) => dayOf(modified, zone) === key),
      commits: commits.filter(({ time }) => dayOf(time, zone) === key),
      records: records.filter(({ time }) => dayOf(time, zone) === key),
    }));
}

function countWords({ sessions, commits, records, isAll }: StandupMaterial): string {
  const milestones = records.filter(({ kind }) => kind === 'milestone').length;
  const parts = [
    counted(sessions.length, 'session'),
    counted(commits.length, 'commit'),
    counted(records.length - milestones, 'record accepted', 'records accepted'),
    counted(milestones, 'milestone'),
  ].filter((part) => part !== '');
  const where = isAll ? 'on this machine' : 'in this project';
  if (parts.length === 0)
    return `Nothing happened ${where} since then: no session, no commit of yours, no record accepted.`;
  return `${parts.join(' · ')}${isAll ? ' · sessions of every project; commits and records of this one' : ''}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many}`;
}

function daySection(material: StandupMaterial, { key, sessions, commits, records }: Day): string {
  const branches = new Map<string, string[]>();
  const add = (title: string, line: string): void => {
    branches.set(title, [...(branches.get(title) ?? []), line]);
  };
  for (const session of [...sessions].sort((a, b) => b.modified - a.modified))
    add(placeOf(material, session), sessionLine(material, session));
  for (const { branch, subject, hash } of [...commits].sort((a, b) => b.time - a.time))
    add(branchTitle(branch), `- commit ${quotedWords(subject, 160)} ${inertCode(hash, 40)}`);
  const kept = records.map(
    ({ kind, description, path }) => `- ${kind} ${link(inertWords(description, 200), path)}`,
  );
  const parts = [...branches].map(([title, lines]) => `### ${title}\n${shown(lines).join('\n')}`);
  if (kept.length > 0) parts.push(`### Accepted\n${shown(kept).join('\n')}`);
  return [`## ${dayName(key, material.now, material.zone)}`, ...parts].join('\n\n');
}

function shown(lines: readonly string[]): readonly string[] {
  const more = lines.length - MOST_LINES;
  return more <= 0 ? lines : [...lines.slice(0, MOST_LINES), `- and ${more} more`];
}

function placeOf({ isAll, root }: StandupMaterial, { branch, cwd }: StandupSession): string {
  const isHere = cwd === root || fromRoot(root, cwd) !== cwd;
  return isAll && !isHere && cwd !== ''
    ? `${inertCode(cwd, 120)} · ${branchTitle(branch)}`
    : branchTitle(branch);
}

function branchTitle(branch: string | undefined): string {
  return branch === undefined || branch === '' ? 'No branch known' : inertCode(branch, 80);
}

function sessionLine(material: StandupMaterial, session: StandupSession): string {
  const { tool, title, state, files, fileCount } = session;
  const named = files.slice(0, MOST_FILES).map((path) => fileLink(material.root, path));
  const more = fileCount - named.length;
  const all = [...named, ...(more > 0 ? [`${more} more`] : [])];
  const written = all.length === 0 ? [] : [`wrote ${all.join(', ')}`];
  const facts = [`${programName(tool)}, ${state}`, ...written, resumeCommand(session)];
  return `- ${titleWords(title)} · ${facts.join(' · ')}`;
}

function titleWords(title: string): string {
  return title.trim() === '' ? 'a session without a title' : quotedWords(title, 120);
}

/** To be copied as it is: the whole id, with its tool where it is not ours. */
function resumeCommand({ tool, id }: StandupSession): string {
  return inertCode(`varve resume ${shellWord(tool === 'varve' ? id : `${tool}:${id}`)}`, 200);
}

function fileLink(root: string, path: string): string {
  const relative = fromRoot(root, path);
  const code = inertCode(relative, 160);
  return relative === path ? code : link(code, relative);
}

/** The path by segments, so that nothing in it is a mark or a scheme. */
function link(words: string, path: string): string {
  const target = path
    .split('/')
    .map((part) =>
      encodeURIComponent(part.replace(/[\uD800-\uDFFF]/gu, '\uFFFD')).replace(/[()]/g, (mark) =>
        mark === '(' ? '%28' : '%29',
      ),
    )
    .join('/');
  return `[${words}](${target})`;
}

function unfinishedSection(material: StandupMaterial): readonly string[] {
  const left = material.sessions
    .filter(({ unfinished }) => unfinished.length > 0)
    .sort((a, b) => b.modified - a.modified);
  if (left.length === 0) return [];
  const lines = left.map((session) => {
    const what = session.unfinished.slice(0, MOST_LEFT).map(leftWords).join('; ');
    return `- ${titleWords(session.title)}: ${what} · ${resumeCommand(session)}`;
  });
  return [`## Unfinished\n${shown(lines).join('\n')}`];
}

function leftWords({ what, said, command }: Unfinished): string {
  const words = said === undefined ? [] : [quotedWords(said, 160)];
  return [what, ...words, ...(command === undefined ? [] : [inertCode(command, 120)])].join(' ');
}
