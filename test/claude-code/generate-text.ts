import type { Random } from './random.ts';

const words = ['build', 'tests', 'naïve', 'release', 'süß', 'tabs', '😀', 'never', 'always', 'path'];
const targets = [
  'notes/a.md',
  './notes/b.md',
  'notes/c.md#part',
  '../shared/d.md',
  '~/own.md',
  '$BASE/repo/notes/a.md',
  '$BASE/outside/o.md',
  'missing.md',
  'notes',
  'notes/pic.png',
  'notes/data.json',
  'notes/sp\\ ace.md',
  'README',
  '../../notes/a.md',
  'notes/chain1.md',
  'notes/loop1.md',
  'notes/link.md',
  'notes/out.md',
  'CLAUDE.md',
  'AGENTS.md',
];
const frames: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => line,
  (line) => `see ${line} now`,
  (line) => `- ${line}`,
  (line) => `  - x ${line}`,
  (line) => `> ${line}`,
  (line) => `# ${line}`,
  (line) => `**${line}**`,
  (line) => `_${line}_`,
  (line) => `*x ${line}*`,
  (line) => `\`${line}\``,
  (line) => `\`\`\`\n${line}\n\`\`\``,
  (line) => `~~~ts\n${line}\n~~~`,
  (line) => `    ${line}`,
  (line) => `<!-- ${line} -->`,
  (line) => `<!-- x --> ${line}`,
  (line) => `x <!-- y --> ${line}`,
  (line) => `<div>${line}</div>`,
  (line) => `<b>${line}</b>`,
  (line) => `[${line}](u.md)`,
  (line) => `[u](${line})`,
  (line) => `![${line}](u)`,
  (line) => `| a | b |\n|---|---|\n| ${line} | x |`,
  (line) => `(${line})`,
  (line) => `~~${line}~~`,
  (line) => `1. ${line}\n\n   ${line}`,
  (line) => `${line},`,
  (line) => `<!-- open ${line}`,
  (line) => `\\${line}`,
  (line) => `\t${line}`,
  (line) => `x${line}`,
  (line) => `***\n${line}`,
  (line) => `${line}  \n${line}`,
];

/** A Markdown text of our own: prose, imports in every dress, comments, front matter, ends of lines of all kinds. */
export function generateText(random: Random, name: string): string {
  const lines = [`${name} ${random.pick(words)}`];
  for (let left = random.below(6); left > 0; left -= 1) lines.push(piece(random));
  const front = random.chance(0.12) ? random.pick(frontMatters) : '';
  const text = `${front}${lines.join(random.pick(['\n', '\n\n', '\n\n\n']))}${random.pick(['', '\n', '\n\n', '  '])}`;
  const ended = random.chance(0.1) ? text.replaceAll('\n', '\r\n') : text;
  return random.chance(0.05) ? `\uFEFF${ended}` : ended;
}

function piece(random: Random): string {
  if (random.chance(0.6)) return random.pick(frames)(`@${random.pick(targets)}`);
  if (random.chance(0.3)) return random.pick(comments);
  return Array.from({ length: 1 + random.below(6) }, () => random.pick(words)).join(' ');
}

const comments = [
  '<!-- note -->',
  '<!-- two\nlines -->',
  '- a\n  <!-- in a list -->',
  '> <!-- quote -->',
  '`<!-- code -->`',
];

const frontMatters = [
  '---\na: 1\n---\n',
  '---\nx: [\n---\n',
  '---\n---\n',
  '---\nno: end\n',
  '---\na: x---y\n---\n',
];

/** A rule: mostly with `paths:` of some form. */
export function generateRule(random: Random, name: string): string {
  const text = generateText(random, name);
  return random.chance(0.4) ? text : `---\n${random.pick(paths)(random)}\n---\n${text}`;
}

const globs = [
  '*.ts',
  '/*.ts',
  '**/*.ts',
  'src/**',
  'src/*',
  'src/',
  '/src',
  'src/**/*.{ts,tsx}',
  '{src,docs}/**',
  'docs/**',
  '*',
  '**',
  '!src/a.ts',
  'src/[ab].ts',
  '[broken',
  '/**',
  'src/deep',
  '?.ts',
  '*.md',
  './src/*.ts',
  'src/**/',
];

const paths: readonly ((random: Random) => string)[] = [
  (random) => `paths: ${random.pick(globs)}`,
  (random) => `paths: "${random.pick(globs)}"`,
  (random) => `paths: ${random.pick(globs)}, ${random.pick(globs)}`,
  (random) => `paths:\n  - "${random.pick(globs)}"\n  - "${random.pick(globs)}"`,
  (random) => `paths:\n  - ${random.pick(globs)}`,
  (random) => `paths: ["${random.pick(globs)}", "${random.pick(globs)}"]`,
  (random) => `description: a: b\npaths: ${random.pick(globs)}`,
  (random) => `paths:\n\t- "${random.pick(globs)}"`,
  (random) => `paths: x\npaths: "${random.pick(globs)}"`,
  () => 'paths:',
  () => 'paths: []',
];
