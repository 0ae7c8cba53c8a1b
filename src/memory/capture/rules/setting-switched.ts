import type { Candidate, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { hasSettings, settingFacts } from './setting-facts.ts';
import { isToldEnough, type Needs, saysAnyOf, tellingOf } from './telling.ts';
import { toolFamilies } from './tools.ts';

interface SettingKind {
  readonly label: string;
  readonly words: readonly string[];
  readonly needs: Needs;
}

const runtime = (label: string, needs: Needs, ...words: readonly string[]): SettingKind => ({
  label,
  needs,
  words: [label, ...words],
});

/** What each setting is called and what it takes to propose its change. A new minor version is everyday work. */
const kinds: Readonly<Record<string, SettingKind>> = {
  'runtime:node': runtime('Node.js', 'naming', 'Node', 'NodeJS', 'engines'),
  'runtime:java': runtime('Java', 'naming', 'JDK', 'JRE'),
  'runtime:dotnet': runtime('.NET', 'naming', 'dotnet', 'net6.0', 'net8.0', 'net9.0'),
  'runtime:python': runtime('Python', 'reason'),
  'runtime:go': runtime('Go', 'reason', 'golang'),
  'runtime:ruby': runtime('Ruby', 'reason'),
  'runtime:rust': runtime('Rust', 'reason', 'MSRV', 'rustc', 'toolchain'),
  'runtime:php': runtime('PHP', 'reason'),
  'rust-edition': runtime('Rust edition', 'naming', 'edition'),
  'package-manager': runtime('Package manager', 'nothing', 'npm', 'pnpm', 'yarn', 'bun'),
  'module-system': runtime(
    'Module system',
    'nothing',
    'ESM',
    'ES modules',
    'ES module',
    'CommonJS',
    'CJS',
    'modules',
  ),
  'typescript:strict': runtime('TypeScript strict mode', 'naming', 'strict', 'strictness'),
  'typescript:target': runtime(
    'TypeScript target',
    'reason',
    'target',
    'ES5',
    'ES2015',
    'ES2020',
    'ES2022',
    'ESNext',
  ),
  'typescript:module': runtime(
    'TypeScript module',
    'reason',
    'module',
    'modules',
    'ESM',
    'CommonJS',
    'NodeNext',
  ),
  'typescript:moduleResolution': runtime(
    'TypeScript module resolution',
    'reason',
    'resolution',
    'bundler',
    'NodeNext',
  ),
  'build-backend': runtime(
    'Build backend',
    'naming',
    'build backend',
    'hatchling',
    'hatch',
    'setuptools',
    'flit',
    'poetry',
    'uv',
    'pdm',
    'maturin',
  ),
  'base-image': runtime(
    'Base image',
    'reason',
    'image',
    'alpine',
    'distroless',
    'debian',
    'ubuntu',
    'slim',
    'Docker',
    'Dockerfile',
  ),
  'terraform-backend': runtime('Terraform backend', 'nothing', 'backend', 'state'),
  'terraform-provider': runtime('Terraform provider', 'reason', 'provider', 'Terraform'),
};

interface SettingChange {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly paths: readonly string[];
}

/** A runtime, module system, compiler mode, base image or the like that went from one value to another. */
export function settingSwitched(changeSet: ChangeSet): readonly Candidate[] {
  if (commitNature(changeSet) !== 'ordinary') return [];
  return changesOf(changeSet)
    .map((change) => candidateOf(changeSet, change))
    .filter((candidate) => candidate !== undefined);
}

function changesOf(changeSet: ChangeSet): readonly SettingChange[] {
  const changes = new Map<string, SettingChange>();
  for (const { path, whole } of changeSet.files) {
    const { before, after } = whole ?? {};
    if (before === undefined || after === undefined || !hasSettings(path)) continue;
    const old = settingFacts(path, before);
    for (const [key, to] of settingFacts(path, after)) {
      const from = old.get(key);
      if (from === undefined || from === to) continue;
      const seen = changes.get(key);
      changes.set(key, { key, from, to, paths: [...(seen?.paths ?? []), path] });
    }
  }
  return [...changes.values()];
}

function candidateOf(changeSet: ChangeSet, { key, from, to, paths }: SettingChange): Candidate | undefined {
  const kind = kinds[key];
  if (kind === undefined || (key === 'package-manager' && locksSaySo(changeSet))) return undefined;
  const telling = tellingOf(changeSet, saysAnyOf(kind.words), false);
  if (!isToldEnough(telling, kind.needs)) return undefined;
  const { title, why } = telling;
  const path = paths[0] ?? '';
  return {
    rule: 'setting-switched',
    kind: 'decision',
    subject: `${key}:${to}`,
    title: title ?? `${kind.label}: ${to} instead of ${from}`,
    reason: `${kind.label} went from ${from} to ${to} in ${path}${why === undefined ? '' : ', and the message says why'}.`,
    considered: `${from}, used until then`,
    confidence: why === undefined ? 0.55 : 0.8,
    paths: paths.slice(0, 5),
    replaces: [`${key}:${from}`],
    ...(why === undefined ? {} : { why }),
  };
}

/** The replaced lock file is proposed already. */
function locksSaySo(changeSet: ChangeSet): boolean {
  const managers = toolFamilies.find((family) => family.id === 'package-manager')?.tools ?? [];
  return changeSet.files.some(
    (file) => file.status === 'added' && managers.some((manager) => manager.path.test(file.path)),
  );
}
