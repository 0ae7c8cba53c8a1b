import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { majorOf } from '../../../src/memory/capture/manifest/dependencies.ts';
import { manifestReaderFor } from '../../../src/memory/capture/manifest/manifest.ts';

function read(path: string, text: string): Readonly<Record<string, string>> | undefined {
  const found = manifestReaderFor(path)?.read(text);
  if (found === undefined) return undefined;
  return Object.fromEntries(
    [...found].map(([name, { use, version }]) => [name, `${use[0]} ${version ?? '?'}`]),
  );
}

describe('a manifest names its direct dependencies', () => {
  test.each<readonly [string, string, Readonly<Record<string, string>>]>([
    [
      'web/package.json',
      '{"dependencies":{"react":"^18.2.0","own":"workspace:*"},"devDependencies":{"jest":"29","@types/jest":"29"}}',
      { react: 'r ^18.2.0', jest: 'd 29' },
    ],
    [
      'deno.json',
      '{ // our imports\n "imports": {"@std/path": "jsr:@std/path@^1.0.0", "chalk": "npm:chalk@5", "~/": "./src/",} }',
      { '@std/path': 'r ^1.0.0', chalk: 'r 5' },
    ],
    [
      'requirements/base.txt',
      'Django[argon2]>=4,<5 # web\n-r other.txt\nzope.interface\n',
      { django: 'r >=4,<5', 'zope-interface': 'r ?' },
    ],
    [
      'setup.cfg',
      '[metadata]\nname = x\n[options]\ninstall_requires =\n    httpx>=0.2\n    attrs\n[options.extras_require]\ndev = pytest\n',
      { httpx: 'r >=0.2', attrs: 'r ?', pytest: 'r ?' },
    ],
    [
      'pyproject.toml',
      '[project]\ndependencies = [\n  "httpx[http2]>=0.27", # client\n]\n[dependency-groups]\ndev = ["pytest>=8"]\n[tool.uv]\ndev-dependencies = ["ruff"]\n[tool.pdm.dev-dependencies]\nlint = ["mypy"]\n[tool.poetry.dependencies]\npython = "^3.11"\nflask = "^3.0"\nown = { path = "../own" }\n[tool.poetry.group.dev.dependencies]\nblack = { version = "^24.0" }\n',
      { httpx: 'r >=0.27', pytest: 'd >=8', ruff: 'd ?', mypy: 'd ?', flask: 'r ^3.0', black: 'd ^24.0' },
    ],
    [
      'Pipfile',
      '[packages]\nrequests = "*"\n[dev-packages]\npytest = {version = ">=8"}\n',
      { requests: 'r *', pytest: 'd >=8' },
    ],
    [
      'environment.yml',
      'name: x\ndependencies:\n  - python=3.11\n  - numpy>=1.26\n  - conda-forge::scipy\n  - pip:\n    - torch==2.1\n',
      { numpy: 'r >=1.26', scipy: 'r ?', torch: 'r ==2.1' },
    ],
    [
      'Cargo.toml',
      '[package]\nname = "x"\n[dependencies]\nserde = { version = "1", features = [\n "derive",\n] }\nown = { path = "own" }\n[dependencies.tokio]\nversion = "1.38"\n[dev-dependencies]\nproptest = "1"\n',
      { serde: 'r 1', tokio: 'r 1.38', proptest: 'd 1' },
    ],
    [
      'go.mod',
      'module example.org/x\n\nrequire (\n\tgithub.com/jackc/pgx/v5 v5.6.0\n\tgopkg.in/yaml.v3 v3.0.1\n\tgolang.org/x/sys v0.1.0 // indirect\n)\n',
      { 'github.com/jackc/pgx': 'r v5.6.0', 'gopkg.in/yaml': 'r v3.0.1' },
    ],
    [
      'pom.xml',
      '<?xml version="1.0"?><project xmlns="m"><groupId>org.me</groupId><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.2.0</version></parent><properties><jackson>2.17</jackson></properties><dependencies><!-- <dependency> --><dependency><groupId>com.fasterxml</groupId><artifactId>jackson</artifactId><version>$\u007bjackson}</version></dependency><dependency><groupId>org.me</groupId><artifactId>own</artifactId></dependency><dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4</version><scope>test</scope></dependency></dependencies></project>',
      {
        'org.springframework.boot:spring-boot-starter-parent': 'r 3.2.0',
        'com.fasterxml:jackson': 'r 2.17',
        'junit:junit': 'd 4',
      },
    ],
    [
      'app/build.gradle.kts',
      'plugins {\n  id("org.springframework.boot") version "3.2.0"\n}\ndependencies {\n  // implementation("a:b:1")\n  implementation("io.ktor:ktor-server:2.3.0")\n  testImplementation("junit:junit:4.13")\n  implementation(platform("org.bom:bom:1"))\n}\n',
      {
        'org.springframework.boot': 'd 3.2.0',
        'io.ktor:ktor-server': 'r 2.3.0',
        'junit:junit': 'd 4.13',
        'org.bom:bom': 'r 1',
      },
    ],
    [
      'build.gradle',
      "dependencies {\n  compile group: 'org.x', name: 'y', version: '2.0'\n  api 'com.google.guava:guava:33.0-jre'\n  classpath \"com.android.tools.build:gradle:8.1.0\"\n}\n",
      {
        'org.x:y': 'r 2.0',
        'com.google.guava:guava': 'r 33.0-jre',
        'com.android.tools.build:gradle': 'd 8.1.0',
      },
    ],
    [
      'gradle/libs.versions.toml',
      '[versions]\nktor = "2.3.0"\n[libraries]\nktor = { module = "io.ktor:ktor", version.ref = "ktor" }\nguava = "com.google.guava:guava:33"\nother = { group = "g", name = "n", version = "1" }\n[plugins]\nkotlin = { id = "org.kotlin", version = "2.0" }\n',
      { 'io.ktor:ktor': 'r 2.3.0', 'com.google.guava:guava': 'r 33', 'g:n': 'r 1', 'org.kotlin': 'd 2.0' },
    ],
    [
      'src/App.csproj',
      '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="Serilog" Version="3.1.1" /><PackageReference Include="Old"><Version>1.0</Version></PackageReference><PackageReference Include="Analyser" Version="1" PrivateAssets="all" /></ItemGroup></Project>',
      { Serilog: 'r 3.1.1', Old: 'r 1.0', Analyser: 'd 1' },
    ],
    [
      'Directory.Packages.props',
      '<Project><ItemGroup><PackageVersion Include="Dapper" Version="2.1" /></ItemGroup></Project>',
      { Dapper: 'r 2.1' },
    ],
    [
      'packages.config',
      '<packages><package id="NUnit" version="3.14" targetFramework="net48" /></packages>',
      { NUnit: 'r 3.14' },
    ],
    [
      'Gemfile',
      "source 'https://rubygems.org'\ngem 'rails', '~> 7.1'\n# gem 'x'\ngroup :development, :test do\n  gem 'rspec'\nend\ngem 'own', path: 'own'\ngem 'pry', group: :development\n",
      { rails: 'r ~> 7.1', rspec: 'd ?', pry: 'd ?' },
    ],
    [
      'x.gemspec',
      "Gem::Specification.new do |s|\n  s.add_dependency 'faraday', '>= 2'\n  s.add_development_dependency('rake')\nend\n",
      { faraday: 'r >= 2', rake: 'd ?' },
    ],
    [
      'composer.json',
      '{"require":{"php":"^8.2","ext-json":"*","symfony/console":"^7.0"},"require-dev":{"pestphp/pest":"^3"}}',
      { 'symfony/console': 'r ^7.0', 'pestphp/pest': 'd ^3' },
    ],
    [
      'mix.exs',
      'defp deps do\n  [\n    {:phoenix, "~> 1.7"},\n    {:credo, "~> 1.7", only: [:dev, :test], runtime: false},\n    {:own, path: "../own"},\n    {:fork, github: "a/b"}\n  ]\nend\n',
      { phoenix: 'r ~> 1.7', credo: 'd ~> 1.7', fork: 'r ?' },
    ],
    [
      'pubspec.yaml',
      'name: x\ndependencies:\n  flutter:\n    sdk: flutter\n  http: ^1.2.0 # net\n  own:\n    path: ../own\ndev_dependencies:\n  test: any\n',
      { http: 'r ^1.2.0', test: 'd any' },
    ],
    [
      'Package.swift',
      'let package = Package(\n name: "x",\n dependencies: [\n  .package(url: "https://github.com/apple/swift-nio.git", from: "2.65.0"),\n ]\n)\n',
      { 'apple/swift-nio': 'r 2.65.0' },
    ],
  ])('%s', (path, text, expected) => {
    expect(read(path, text)).toEqual(expected);
  });

  test('but not where it is vendored, an example, a lock, or no manifest at all', () => {
    for (const path of [
      'vendor/a/go.mod',
      'examples/x/package.json',
      'test/fixtures/Cargo.toml',
      'package-lock.json',
    ])
      expect(manifestReaderFor(path)).toBeUndefined();
    expect(read('package.json', '[1]')).toBeUndefined();
    expect(read('package.json', '{ "dependencies": ')).toBeUndefined();
    expect(read('requirements.txt', '# This file is autogenerated by pip-compile\na==1\n')).toBeUndefined();
    expect(read('pom.xml', '<html><dependencies/></html>')).toBeUndefined();
  });
});

test('a requirement begins with one major version, or with none that is known', () => {
  const majors = [
    '^1.2.3',
    '~> 7.1',
    '>=4,<5',
    'v5.6.0',
    '18',
    '[2.0,3.0)',
    '0.9',
    '==2.*',
    '3.x',
    '1.0.0-rc.1',
  ];
  expect(majors.map(majorOf)).toEqual([1, 7, 4, 5, 18, 2, 0, 2, 3, 1]);
  expect(['<5', '*', 'latest', 'git+ssh://x', 'npm:react@18', undefined, ''].map(majorOf)).toEqual(
    Array.from({ length: 7 }, () => undefined),
  );
});

const paths = [
  'package.json',
  'deno.json',
  'requirements.txt',
  'setup.cfg',
  'environment.yml',
  'pyproject.toml',
  'Pipfile',
  'Cargo.toml',
  'go.mod',
  'pom.xml',
  'build.gradle',
  'libs.versions.toml',
  'a.csproj',
  'Gemfile',
  'a.gemspec',
  'composer.json',
  'mix.exs',
  'pubspec.yaml',
  'Package.swift',
];
const pieces = [
  '[',
  ']',
  '{',
  '}',
  '<',
  '>',
  '"',
  "'",
  '\\',
  '/*',
  '*/',
  '//',
  '#',
  '=',
  ':',
  ',',
  '\n',
  ' ',
  '<!--',
  '<a b="',
  'dependencies',
  'require (',
  'module x\n',
  'a',
  '1.0',
  'gem ',
  '.package(url: "',
  '{:a, ',
];

test('arbitrary text is read or left, never thrown at', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 120 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(fc.constantFrom(...paths), text, (path, content) => {
      const found = manifestReaderFor(path)?.read(content);
      for (const [name, { version }] of found ?? []) {
        expect(name).not.toBe('');
        majorOf(version);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a long text of one thing over and over comes to an end', () => {
  const start: Readonly<Record<string, string>> = {
    'go.mod': 'module x\nrequire ',
    'pom.xml': '<project>',
    'a.csproj': '<Project>',
    'Package.swift': 'Package(',
    'environment.yml': 'dependencies:\n',
  };
  for (const path of paths) {
    for (const piece of [...pieces, 'a.', '\\"', '"\\', '<!', '<a ', 'a ', '{"a":', '/*/']) {
      manifestReaderFor(path)?.read((start[path] ?? '') + piece.repeat((128 * 1024) / piece.length));
    }
  }
}, 120_000);
