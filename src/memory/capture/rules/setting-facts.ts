import { asObject, asText, readJsonObject } from '../manifest/json-text.ts';
import { textLines } from '../manifest/text-lines.ts';
import { quoted, tomlLines } from '../manifest/toml-lines.ts';
import { xmlElements } from '../manifest/xml-elements.ts';
import { isPassedOver } from '../passed-over.ts';

/** What a file sets, as `what → value`: `runtime:node → 22`, `typescript:strict → true`. */
export type SettingFacts = ReadonlyMap<string, string>;

type Fact = readonly [string, string | undefined];
type Reader = (text: string) => readonly Fact[];

const plainVersions: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)\.(?:nvmrc|node-version)$/, 'node'],
  [/(?:^|\/)\.python-version$/, 'python'],
  [/(?:^|\/)\.ruby-version$/, 'ruby'],
  [/(?:^|\/)\.java-version$/, 'java'],
  [/(?:^|\/)\.go-version$/, 'go'],
];

const readers: readonly (readonly [RegExp, Reader])[] = [
  ...plainVersions.map(([path, name]): readonly [RegExp, Reader] => [
    path,
    (text) => [runtime(name, text.trim().split(/\s/)[0])],
  ]),
  [/(?:^|\/)\.tool-versions$/, toolVersions],
  [/(?:^|\/)package\.json$/, packageSettings],
  [/(?:^|\/)tsconfig[^/]*\.json$/, typescriptSettings],
  [/(?:^|\/)pyproject\.toml$/, pyprojectSettings],
  [
    /(?:^|\/)(?:setup\.py|setup\.cfg)$/,
    (text) => [runtime('python', /python_requires\s*=\s*["']?([^"'\n]+)/.exec(text)?.[1])],
  ],
  [/(?:^|\/)go\.mod$/, (text) => [runtime('go', /^go\s+(\S+)/m.exec(text)?.[1])]],
  [
    /(?:^|\/)rust-toolchain(?:\.toml)?$/,
    (text) => [runtime('rust', /channel\s*=\s*"([^"]+)"/.exec(text)?.[1] ?? text.trim().split(/\s/)[0])],
  ],
  [/(?:^|\/)Cargo\.toml$/, cargoSettings],
  [/(?:^|\/)pom\.xml$/, pomSettings],
  [/\.gradle(?:\.kts)?$/, gradleSettings],
  [
    /\.(?:cs|fs|vb)proj$|(?:^|\/)Directory\.Build\.props$/,
    (text) => [runtime('dotnet', /<TargetFrameworks?>\s*([^<;\s]+)/.exec(text)?.[1])],
  ],
  [
    /(?:^|\/)global\.json$/,
    (text) => [runtime('dotnet', asText(asObject(readJsonObject(text)?.['sdk'])?.['version']))],
  ],
  [
    /(?:^|\/)composer\.json$/,
    (text) => [runtime('php', asText(asObject(readJsonObject(text)?.['require'])?.['php']))],
  ],
  [/(?:^|\/)Gemfile$/, (text) => [runtime('ruby', /^[ \t]*ruby\s+["']([^"']+)/m.exec(text)?.[1])]],
  [/(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$/, imageSettings],
  [/\.tf$/, terraformSettings],
];

/** Whether a file sets something that {@link settingFacts} reads. */
export function hasSettings(path: string): boolean {
  return !isPassedOver(path) && readers.some(([pattern]) => pattern.test(path));
}

/** What the text of a file sets. Never throws; what it cannot read it leaves out. */
export function settingFacts(path: string, text: string): SettingFacts {
  const facts = readers.filter(([pattern]) => pattern.test(path)).flatMap(([, read]) => read(text));
  return new Map(facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined));
}

/** How many parts of a version make another platform: Node 20 and 22, but Python 3.11 and 3.12. */
const parts: Readonly<Record<string, number>> = { python: 2, go: 2, ruby: 2, rust: 2, php: 2 };

function runtime(name: string, version: string | undefined): Fact {
  const numbers = /(?:^|[^\d.])(\d+(?:\.\d+)*)/.exec(version ?? '')?.[1]?.split('.');
  const known = numbers?.[0] === '1' && name === 'java' ? numbers.slice(1) : numbers;
  return [`runtime:${name}`, known?.slice(0, parts[name] ?? 1).join('.')];
}

function toolVersions(text: string): readonly Fact[] {
  const names: Readonly<Record<string, string>> = { nodejs: 'node', golang: 'go' };
  return textLines(text).flatMap((line) => {
    const [name = '', version] = line.trim().split(/\s+/);
    return /^[a-z]/.test(name) ? [runtime(names[name] ?? name, version)] : [];
  });
}

function packageSettings(text: string): readonly Fact[] {
  const manifest = readJsonObject(text);
  if (manifest === undefined) return [];
  return [
    runtime('node', asText(asObject(manifest['engines'])?.['node'])),
    ['package-manager', /^([a-z]+)@/.exec(asText(manifest['packageManager']) ?? '')?.[1]],
    ['module-system', manifest['type'] === 'module' ? 'ES modules' : 'CommonJS'],
  ];
}

function typescriptSettings(text: string): readonly Fact[] {
  const options = asObject(readJsonObject(text)?.['compilerOptions']) ?? {};
  return ['strict', 'target', 'module', 'moduleResolution'].map((name): Fact => {
    const value = options[name];
    const isSet = typeof value === 'string' || typeof value === 'boolean';
    return [`typescript:${name}`, isSet ? String(value).toLowerCase() : undefined];
  });
}

function pyprojectSettings(text: string): readonly Fact[] {
  return tomlLines(text).flatMap(({ table, key, value }): readonly Fact[] => {
    if (table === 'project' && key === 'requires-python') return [runtime('python', quoted(value))];
    if (table === 'tool.poetry.dependencies' && key === 'python') return [runtime('python', quoted(value))];
    if (table === 'build-system' && key === 'build-backend')
      return [['build-backend', quoted(value)?.split('.')[0]]];
    return [];
  });
}

function cargoSettings(text: string): readonly Fact[] {
  return tomlLines(text).flatMap(({ table, key, value }): readonly Fact[] => {
    if (table !== 'package' && table !== 'workspace.package') return [];
    if (key === 'edition') return [['rust-edition', quoted(value)]];
    return key === 'rust-version' ? [runtime('rust', quoted(value))] : [];
  });
}

function pomSettings(text: string): readonly Fact[] {
  return xmlElements(text)
    .filter(({ within }) => within.at(-1) === 'properties')
    .filter(({ name }) => /^(?:java\.version|maven\.compiler\.(?:release|target))$/.test(name))
    .map((element) => runtime('java', element.text));
}

function gradleSettings(text: string): readonly Fact[] {
  const version =
    /(?:JavaLanguageVersion\.of\s*\(\s*|JavaVersion\.VERSION_|targetCompatibility\s*=?\s*["']?|jvmToolchain\s*\(\s*)(\d+(?:[._]\d+)?)/.exec(
      text,
    )?.[1];
  return [runtime('java', version?.replace('_', '.'))];
}

const imageRuntimes: Readonly<Record<string, string>> = {
  node: 'node',
  python: 'python',
  golang: 'go',
  ruby: 'ruby',
  rust: 'rust',
  php: 'php',
  openjdk: 'java',
  'eclipse-temurin': 'java',
  amazoncorretto: 'java',
};

/** The image a container starts from is that of the last stage. */
function imageSettings(text: string): readonly Fact[] {
  const last = [...text.matchAll(/^FROM\s+(?:--\S+\s+)?([^\s:@]+)(?::([^\s@]+))?/gim)].at(-1);
  if (last?.[1] === undefined || last[1].includes('$')) return [];
  const name = last[1].slice(last[1].lastIndexOf('/') + 1).toLowerCase();
  const known = imageRuntimes[name];
  return [['base-image', last[1].toLowerCase()], ...(known === undefined ? [] : [runtime(known, last[2])])];
}

function terraformSettings(text: string): readonly Fact[] {
  const backend = /\bbackend\s+"([\w-]+)"\s*\{/.exec(text)?.[1];
  const providers = [...text.matchAll(/^[ \t]*provider\s+"([\w-]+)"\s*\{/gm)].map(([, name = '']) => name);
  return [
    ['terraform-backend', backend],
    ['terraform-provider', providers.length === 0 ? undefined : [...new Set(providers)].sort().join(', ')],
  ];
}
