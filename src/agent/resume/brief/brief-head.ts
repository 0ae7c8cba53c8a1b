import type { Transcript } from '../../history/transcript.ts';
import { titleOf } from '../../session/session-title.ts';
import { promptsOf, saidIn } from './brief-goal.ts';
import type { BriefMaterial } from './brief-material.ts';
import { inertCode, inertWords } from './quoted-text.ts';

const programs: Readonly<Record<Transcript['tool'], string>> = {
  varve: 'Varve',
  'claude-code': 'Claude Code',
  codex: 'Codex',
  'gemini-cli': 'Gemini CLI',
  copilot: 'GitHub Copilot',
  cline: 'Cline',
  opencode: 'OpenCode',
  openclaw: 'OpenClaw',
  pi: 'Pi',
};

/** As people call it. */
export function programName(tool: Transcript['tool']): string {
  return programs[tool];
}

/** The tool's title, else the first prompt's first paragraph; empty where there is neither. */
export function sessionTitle(transcript: Transcript): string {
  const first = promptsOf(transcript).find(({ entry }) => saidIn(entry) !== '');
  return transcript.title.trim() || titleOf(first === undefined ? '' : saidIn(first.entry));
}

/** Heading, which session, when and on which branch it was, which is checked out now, and which model worded it. */
export function briefHead({ transcript, git }: BriefMaterial, wordedBy?: string): string {
  const title = inertWords(sessionTitle(transcript), 120) || 'without a title';
  const day = new Date(transcript.modified).toISOString().slice(0, 16).replace('T', ' ');
  const facts = [
    `${programName(transcript.tool)} session ${inertCode(transcript.id, 80)}`,
    `last active ${day} UTC`,
    ...branchWords(transcript.branch, git.branch),
    ...(wordedBy === undefined ? [] : [`put into words by the model ${inertCode(wordedBy, 80)}`]),
  ];
  return `# Earlier work: ${title}\n\n${facts.join(' · ')}`;
}

function branchWords(then: string | undefined, now: string | undefined): readonly string[] {
  const code = (name: string): string => inertCode(name, 80);
  if (then === undefined) return now === undefined ? [] : [`branch now ${code(now)}`];
  if (then === now) return [`branch ${code(then)}, still checked out`];
  return [`branch ${code(then)}, ${now === undefined ? 'not checked out now' : `now ${code(now)}`}`];
}
