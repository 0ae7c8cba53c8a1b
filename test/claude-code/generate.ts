import { generateRule, generateText } from './generate-text.ts';
import { type Random, randomFrom } from './random.ts';
import { type Content, gitFiles, type Scenario, worktreeFiles } from './scenario.ts';

type Files = Record<string, Content>;

/** The tree of a seed. Every feature of the hierarchy turns up in some; a tree holds a handful. */
export function generateScenario(seed: number): Scenario {
  const random = randomFrom(seed * 7919 + 17);
  const shape = shapeOf(random);
  const files: Files = { ...shape.files, ...imported };
  for (const directory of ['', 'repo/', 'repo/src/', 'repo/src/deep/', shape.root])
    Object.assign(files, directoryFiles(random, directory));
  Object.assign(
    files,
    userFiles(random),
    managedFiles(random),
    settingsFiles(random, shape),
    memoryFiles(random),
  );
  for (const path of readable) files[path] ??= 'x';
  return {
    name: `seed ${seed}`,
    files,
    cwd: shape.cwd,
    args: argumentsOf(random),
    environment: environmentOf(random),
    // A full context is compacted before the next read.
    reads:
      !isHuge(files) && random.chance(0.6)
        ? Array.from({ length: 1 + random.below(3) }, () => random.pick(readable))
        : [],
  };
}

function isHuge(files: Files): boolean {
  return Object.values(files).some(
    (content) => typeof content !== 'string' && 'times' in content && content.times > 1_000_000,
  );
}

const readable = ['repo/a.ts', 'repo/src/a.ts', 'repo/src/deep/b.tsx', 'repo/docs/x.md', 'outside/x.ts'];

const imported: Files = {
  'repo/notes/a.md': 'note a',
  'repo/notes/b.md': 'note b @c.md',
  'repo/notes/c.md': 'note c <!-- in a line -->',
  'repo/notes/sp ace.md': 'note with a space in its name',
  'repo/notes/data.json': '{"a":1}',
  'repo/notes/pic.png': 'no picture',
  'repo/notes/chain1.md': '1 @chain2.md',
  'repo/notes/chain2.md': '2 @chain3.md',
  'repo/notes/chain3.md': '3 @chain4.md',
  'repo/notes/chain4.md': '4 @chain5.md',
  'repo/notes/chain5.md': '5',
  'repo/notes/loop1.md': 'l1 @loop2.md',
  'repo/notes/loop2.md': 'l2 @loop1.md @../CLAUDE.md',
  'repo/notes/link.md': { link: 'a.md' },
  'repo/notes/out.md': { link: '../../outside/o.md' },
  'repo/README': 'read me',
  'shared/d.md': 'shared d',
  'outside/o.md': 'outside o',
  'home/own.md': 'own @.claude/more.md',
  'home/.claude/more.md': 'more',
};

interface Shape {
  readonly files: Files;
  readonly cwd: string;
  /** Root of the checkout, with a slash at its end. */
  readonly root: string;
}

function shapeOf(random: Random): Shape {
  const git = gitFiles('repo');
  const within = random.pick(['', '', 'src', 'src/deep']);
  const kind = random.next();
  if (kind < 0.12) {
    const files = { ...git, ...worktreeFiles('repo', 'repo/.trees/w', 'w') };
    return { files, cwd: `repo/.trees/w/${within}`.replace(/\/$/, ''), root: 'repo/.trees/w/' };
  }
  if (kind < 0.2) {
    const files = { ...git, ...worktreeFiles('repo', 'side', 'w') };
    return { files, cwd: `side/${within}`.replace(/\/$/, ''), root: 'side/' };
  }
  return { files: kind < 0.28 ? {} : git, cwd: `repo/${within}`.replace(/\/$/, ''), root: 'repo/' };
}

// `$BASE` itself stands above every repository.
function directoryFiles(random: Random, directory: string): Files {
  const files: Files = {};
  const likely = directory === 'repo/' ? 0.5 : 0.25;
  const add = (path: string, content: () => Content) => {
    if (random.chance(likely)) files[directory + path] = content();
  };
  const text = (path: string) => () => textOr(random, directory + path);
  add('CLAUDE.md', text('CLAUDE.md'));
  add('.claude/CLAUDE.md', text('.claude/CLAUDE.md'));
  add('AGENTS.md', text('AGENTS.md'));
  if (random.chance(0.15)) add('.claude/AGENTS.md', text('.claude/AGENTS.md'));
  if (random.chance(0.5)) add('CLAUDE.local.md', text('CLAUDE.local.md'));
  for (const name of ['r.md', 'Q.md', 'deep/r.md', 'deep/er/s.md', 'skip.txt'])
    add(`.claude/rules/${name}`, () => generateRule(random, `rule ${directory}${name}`));
  if (random.chance(0.1)) files[`${directory}.claude/rules/link`] = { link: random.pick(ruleLinks) };
  return files;
}

const ruleLinks = ['.', '..', '$BASE/repo/notes', '$BASE/outside', '$BASE/none', 'deep'];

function textOr(random: Random, name: string): Content {
  const kind = random.next();
  if (kind < 0.04) return '';
  if (kind < 0.06) return ' \n\n';
  if (kind < 0.08) return '<!-- only a comment -->\n';
  if (kind < 0.1) return { base64: Buffer.from([0x61, 0xff, 0xfe, 0x0a, 0xc3, 0x28]).toString('base64') };
  if (kind < 0.12) return { link: '$BASE/repo/notes/a.md' };
  if (kind < 0.13) return { directory: true };
  if (kind < 0.14) return { repeat: 'x', times: 4_194_304 + random.below(2) };
  if (kind < 0.2) return 'the same text';
  return generateText(random, name);
}

function userFiles(random: Random): Files {
  const files: Files = {};
  const home = 'home/.claude';
  if (random.chance(0.5)) files[`${home}/CLAUDE.md`] = generateText(random, 'user');
  for (const name of ['u.md', 'deep/v.md'])
    if (random.chance(0.3)) files[`${home}/rules/${name}`] = generateRule(random, `user rule ${name}`);
  return files;
}

function managedFiles(random: Random): Files {
  if (!random.chance(0.2)) return {};
  const files: Files = {};
  if (random.chance(0.7)) files['managed/CLAUDE.md'] = generateText(random, 'managed');
  if (random.chance(0.5)) files['managed/.claude/rules/m.md'] = generateRule(random, 'managed rule');
  const claudeMd = random.chance(0.5) ? { claudeMd: 'text of the organisation' } : {};
  files['managed/managed-settings.json'] = JSON.stringify({ ...claudeMd, ...settings(random) });
  return files;
}

function settingsFiles(random: Random, { cwd }: Shape): Files {
  const files: Files = {};
  const places = [
    'home/.claude/settings.json',
    'repo/.claude/settings.json',
    'repo/.claude/settings.local.json',
    `${cwd}/.claude/settings.json`,
    `${cwd}/.claude/settings.local.json`,
  ];
  for (const path of places)
    if (random.chance(0.15))
      files[path] = random.chance(0.06) ? '{ broken' : JSON.stringify(settings(random));
  if (random.chance(0.4) && files['home/.claude/settings.json'] === undefined)
    files['home/.claude/settings.json'] = JSON.stringify(agentsMode(random));
  if (random.chance(0.3)) {
    const approved = { hasClaudeMdExternalIncludesApproved: true };
    const project = random.pick(['$BASE/repo', '$BASE/repo', '$BASE/side']);
    files['home/.claude.json'] = JSON.stringify({ projects: { [project]: approved } });
  }
  return files;
}

function settings(random: Random): Record<string, unknown> {
  return random.pick<() => Record<string, unknown>>([
    () => ({ claudeMdExcludes: [random.pick(excludes), random.pick(excludes)] }),
    () => ({ claudeMdExcludes: [random.pick(excludes)] }),
    () => ({ autoMemoryEnabled: random.chance(0.5) }),
    () => ({ autoMemoryDirectory: random.pick(['$BASE/near', '~/near', 'near', '/']) }),
    () => ({ claudeMdExcludes: [random.pick(excludes), random.chance(0.3) ? 3 : '**/none'] }),
    () => agentsMode(random),
    () => ({ enabledPlugins: { 'agents-md@builtin': random.chance(0.5) } }),
  ])();
}

const excludes = [
  '**/CLAUDE.md',
  '$BASE/repo/CLAUDE.md',
  '**/rules/**',
  '**/r.md',
  '**/AGENTS.md',
  '$BASE/home/**',
  '**/src/**',
  '$BASE/repo/src/../CLAUDE.md',
  '**/notes/a.md',
  '!**/CLAUDE.md',
  'CLAUDE.md',
  '**/{r,Q}.md',
  '**/*.local.md',
];

function agentsMode(random: Random): Record<string, unknown> {
  const plugin = random.pick(['agents-md@builtin', 'cc-plugin-agents-md@builtin']);
  const options = random.chance(0.75)
    ? {
        instructionFiles: random.pick([
          'claude-md',
          'claude-md-or-agents-md',
          'claude-md-and-agents-md',
          'claude-md-and-agents-md',
          'managed-only',
        ]),
      }
    : { projectInstructions: random.pick(['claude', 'agents-fallback', 'both', 'none']) };
  return { pluginConfigs: { [plugin]: { options } } };
}

function memoryFiles(random: Random): Files {
  const files: Files = {};
  for (const root of ['repo', 'side']) {
    if (!random.chance(0.5)) continue;
    const line = `- ${random.pick(['é', 'x', '😀']).repeat(random.pick([1, 5, 120]))}`;
    const front = random.chance(0.2) ? '---\nname: x\n---\n<!-- c -->\n' : '';
    files[`home/.claude/projects/$SLUG{${root}}/memory/MEMORY.md`] = {
      start: front,
      repeat: line + random.pick(['\n', '\n', '\r\n']),
      times: random.pick([3, 10, 200, 201, 260]),
      end: random.pick(['', '- last', '\n\n']),
    };
  }
  files['near/MEMORY.md'] = '- near';
  files['home/near/MEMORY.md'] = '- near home';
  return files;
}

function argumentsOf(random: Random): readonly string[] {
  const kind = random.next();
  if (kind < 0.08)
    return [
      '--setting-sources',
      random.pick(['user', 'project', 'local', 'user,project', 'user,local', 'project,local']),
    ];
  if (kind < 0.14) return ['--add-dir', '$BASE/outside', '$BASE/repo/src'].slice(0, 2 + random.below(2));
  if (kind < 0.2) return ['--settings', JSON.stringify(settings(random))];
  return [];
}

function environmentOf(random: Random): Readonly<Record<string, string>> {
  const kind = random.next();
  if (kind < 0.15) return { CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: '1' };
  if (kind < 0.17) return { CLAUDE_CODE_DISABLE_CLAUDE_MDS: random.pick(['1', '0', 'true']) };
  if (kind < 0.19) return { CLAUDE_CODE_SIMPLE: '1' };
  if (kind < 0.22) return { CLAUDE_CODE_DISABLE_AUTO_MEMORY: random.pick(['1', '0', 'x']) };
  if (kind < 0.26) return { CLAUDE_CONFIG_DIR: '$BASE/home/.claude' };
  return {};
}
