import type { ChangedLine } from '../change-set.ts';

/** One file's part of a patch. */
export interface PatchSection {
  binary: boolean;
  readonly added: ChangedLine[];
  readonly removed: ChangedLine[];
}

const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/**
 * The files of a patch without context lines, in their order. Lines of content start with `+`, `-` or `\` and git
 * quotes names, so a `diff --git` at the margin is always git's own.
 */
export function parsePatch(patch: Buffer): readonly PatchSection[] {
  const sections: PatchSection[] = [];
  let current: PatchSection | undefined;
  let inHunk = false;
  let oldLine = 0;
  let newLine = 0;
  for (const line of patch.toString('utf8').split('\n')) {
    if (line.startsWith('diff --git ')) {
      current = { binary: false, added: [], removed: [] };
      sections.push(current);
      inHunk = false;
      continue;
    }
    if (current === undefined) continue;
    const start = line.startsWith('@@') ? hunk.exec(line) : null;
    if (start !== null) {
      inHunk = true;
      oldLine = Number(start[1]);
      newLine = Number(start[2]);
    } else if (!inHunk) current.binary ||= line.startsWith('Binary files ');
    else if (line.startsWith('+')) current.added.push({ line: newLine++, text: lineText(line) });
    else if (line.startsWith('-')) current.removed.push({ line: oldLine++, text: lineText(line) });
  }
  return sections;
}

function lineText(line: string): string {
  return line.slice(1).replace(/\r$/, '');
}
