import { dirname, isAbsolute, join } from 'node:path';
import { hasTextExtension } from '../../hierarchy/text-extensions.ts';
import type { CheckInput, CheckRule, Finding } from '../check-input.ts';
import type { CheckFix } from '../check-problem.ts';
import { type ImportEdge, importEdges } from '../import-edges.ts';
import { quote } from '../quote.ts';

export const brokenImport: CheckRule = {
  name: 'broken-import',
  severity: 'error',
  summary: 'An import names a file that is not there.',
  help: 'Claude Code 2.1.330 passes over an `@path` that it cannot read, without a word. Correct the path (it starts at the directory of the importing file), create the file, or put the word into a code span if no import is meant.',
  async find(input) {
    const found: Finding[] = [];
    for (const edge of importEdges(input)) {
      const finding = await judge(input, edge);
      if (finding !== undefined) found.push(finding);
    }
    return found;
  },
};

async function judge(input: CheckInput, edge: ImportEdge): Promise<Finding | undefined> {
  const { from, line, to } = edge;
  const { surroundings } = input;
  if (await surroundings.exists(to)) return undefined;
  if (!(await isMeantAsFile(input, edge))) return undefined;
  const range = from.at(line.range);
  const where = { path: from.path, range };
  const sentenceEnd = /[.,;:!?)\]}'"]+$/.exec(line.target)?.[0] ?? '';
  const shorter = to.slice(0, to.length - sentenceEnd.length);
  if (sentenceEnd !== '' && (await surroundings.exists(shorter))) {
    const end = { line: range.end.line, column: range.end.column - sentenceEnd.length };
    const fix: CheckFix = {
      kind: 'replace',
      title: 'Part the path from the sign behind it',
      path: from.path,
      range: { start: end, end },
      text: ' ',
    };
    const message = `The import ${quote(`@${line.target}`)} fails: the ${quote(sentenceEnd)} at its end is read as part of the path. Put a space before it.`;
    return { ...where, message, fixes: [fix] };
  }
  const message = `Imports ${quote(line.target)}, which is not there. Correct the path, or put it into a code span if no import is meant.`;
  const fix: CheckFix = {
    kind: 'create',
    title: `Create ${line.target.slice(0, 80)}`,
    path: to,
    text: '',
  };
  return { ...where, message, ...(to.startsWith(input.root) ? { fixes: [fix] } : {}) };
}

const prose = /\.(?:md|mdx|mdc|markdown|txt|rst|adoc)[.,;:!?)\]}'"]*$/i;

/**
 * `@name` is often a person, a package or a decorator: only what is written as a path to a text file is missed, and
 * source code (`@scope/name.js`) only where the directory it names is there.
 */
async function isMeantAsFile(input: CheckInput, { from, line, to }: ImportEdge): Promise<boolean> {
  const { target } = line;
  if (/[<>{}*|$]|:\/\/|\.\.\.|^[\w.-]+@/.test(target)) return false;
  if (/(?:^|\/)(?:path|your|my|some)[-_/]|\/to\/|(?:^|\/)(?:foo|bar|example)\b/i.test(target)) return false;
  if (prose.test(target)) return true;
  const bare = target.replace(/[.,;:!?)\]}'"]+$/, '');
  if (!hasTextExtension(bare)) return false;
  if (/^(?:\.\/|~\/|\.\.\/)/.test(target)) return true;
  if (isAbsolute(target) || !target.includes('/')) return false;
  const first = target.split('/')[0] ?? '';
  return (await input.surroundings.names(join(dirname(from.path), first))) !== undefined && to !== '';
}
