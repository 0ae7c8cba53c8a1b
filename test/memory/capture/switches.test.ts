import { describeCases } from './rule-cases.ts';

const npm = (extra: object): string => `${JSON.stringify({ name: 'demo', ...extra }, null, 2)}\n`;

describeCases('a dependency', [
  {
    name: 'whose major version was raised for a reason is a decision',
    before: { 'package.json': npm({ dependencies: { react: '^17.0.0', zod: '^3.0.0' } }) },
    message:
      'Move to React 18\n\nReact 17 gets no fixes any more, and we need concurrent rendering because the grid stutters.',
    after: { 'package.json': npm({ dependencies: { react: '^18.0.0', zod: '^3.1.0' } }) },
    expected: ['dependency-upgraded npm:react@18', 'stated-decision stated:move to react 18'],
    shows: { title: 'Move to React 18', replaces: ['npm:react@17'], considered: 'react 17' },
  },
  {
    name: 'raised without a word of why is routine',
    before: { 'package.json': npm({ dependencies: { react: '^17.0.0' } }) },
    message: 'Bump react to 18',
    after: { 'package.json': npm({ dependencies: { react: '^18.0.0' } }) },
    expected: [],
  },
  {
    name: 'raised within its major version is routine, whatever the reason',
    before: { 'package.json': npm({ dependencies: { react: '^18.0.0' } }) },
    message: 'Bump react to 18.3 because of a fix we need in the server renderer',
    after: { 'package.json': npm({ dependencies: { react: '^18.3.0' } }) },
    expected: [],
  },
  {
    name: 'that everything stands on is decided where the code went with it',
    before: { 'package.json': npm({ dependencies: { vue: '^2.0.0' } }) },
    message: 'Migrate the app to Vue 3',
    after: {
      'package.json': npm({ dependencies: { vue: '^3.0.0' } }),
      ...Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`src/${number}.ts`, 'createApp();\n'])),
    },
    expected: ['dependency-upgraded npm:vue@3'],
    shows: { confidence: 0.6 },
  },
  {
    name: 'of Go with another major path is an upgrade and no replacement',
    before: { 'go.mod': 'module example.org/x\n\nrequire github.com/jackc/pgx/v4 v4.1.0\n' },
    message: 'Move pgx to v5 because v4 has no batch API',
    after: { 'go.mod': 'module example.org/x\n\nrequire github.com/jackc/pgx/v5 v5.0.0\n' },
    expected: ['dependency-upgraded go:github.com/jackc/pgx@5'],
  },
  {
    name: 'lowered for a reason goes back',
    before: { Gemfile: "gem 'rails', '~> 8.0'\n" },
    message:
      'Go back to rails 7\n\nThe asset pipeline of Rails 8 loses source maps, so that errors cannot be read.',
    after: { Gemfile: "gem 'rails', '~> 7.2'\n" },
    expected: ['dependency-upgraded gem:rails@7'],
    shows: { replaces: ['gem:rails@8'] },
  },
  {
    name: 'with a short name is not found inside other words',
    before: { 'package.json': npm({ dependencies: { a: '1' } }) },
    message: 'Show the header on every page',
    after: { 'package.json': npm({ dependencies: { a: '1', he: '1' } }) },
    expected: [],
  },
  {
    name: 'added in an example is nobody’s decision',
    before: { 'examples/a/package.json': npm({ dependencies: {} }) },
    message: 'Add lodash to the example because readers know it',
    after: { 'examples/a/package.json': npm({ dependencies: { lodash: '4' } }) },
    expected: [],
  },
]);

describeCases('a tool', [
  {
    name: 'that takes another one’s place needs no reason',
    before: { '.travis.yml': 'language: node_js\n' },
    message: 'Move CI to GitHub Actions',
    after: { '.travis.yml': null, '.github/workflows/ci.yml': 'on: push\n' },
    expected: ['tool-switched ci:GitHub Actions'],
    shows: {
      title: 'Move CI to GitHub Actions',
      replaces: ['ci:Travis CI'],
      confidence: 0.7,
      considered: 'Travis CI, used until then',
    },
  },
  {
    name: 'takes the reason of the message',
    before: { 'package-lock.json': '{}\n', 'package.json': npm({}) },
    message: 'Switch to pnpm because its store saves 2 GB on every machine',
    after: {
      'package-lock.json': null,
      'pnpm-lock.yaml': 'lockfileVersion: 9\n',
      'package.json': npm({ packageManager: 'pnpm@9.1.0' }),
    },
    expected: ['tool-switched package-manager:pnpm', 'stated-decision stated:switch to pnpm'],
    shows: { why: 'Its store saves 2 GB on every machine.', confidence: 0.9 },
  },
  {
    name: 'that came for a reason is one',
    message: 'Add a Dockerfile because the servers have no Ruby',
    after: { Dockerfile: 'FROM ruby:3.3\n' },
    expected: ['tool-switched container:Docker'],
  },
  {
    name: 'that only came is an ordinary change',
    message: 'Add Dockerfile',
    after: { Dockerfile: 'FROM ruby:3.3\n' },
    expected: [],
  },
  {
    name: 'that left, where the message is about it',
    before: { '.travis.yml': 'language: node_js\n' },
    message: 'Remove Travis',
    after: { '.travis.yml': null },
    expected: ['tool-switched ci:Travis CI'],
    shows: { title: 'Remove Travis', replaces: ['ci:Travis CI'] },
  },
  {
    name: 'a second workflow brings no provider',
    before: { '.github/workflows/ci.yml': 'on: push\n' },
    message: 'Clean up the release workflow of GitHub Actions because it failed',
    after: { '.github/workflows/ci.yml': 'on: [push]\n', '.github/workflows/release.yml': 'on: push\n' },
    expected: [],
  },
  {
    name: 'a configuration in a new form is the same tool',
    before: { '.eslintrc.json': '{}\n' },
    message: 'Use the flat configuration of ESLint',
    after: { '.eslintrc.json': null, 'eslint.config.js': 'export default [];\n' },
    expected: [],
  },
  {
    name: 'one that moved to another directory is the same tool',
    before: { 'vitest.config.ts': 'export default { test: { globals: true, environment: "jsdom" } };\n' },
    message: 'Move vitest into the package',
    after: {
      'vitest.config.ts': null,
      'app/vitest.config.ts': 'export default { test: { globals: true, environment: "jsdom" } };\n',
    },
    expected: [],
  },
  {
    name: 'deployment target, infrastructure and build tool replaced',
    before: {
      'netlify.toml': '[build]\n',
      Vagrantfile: 'x\n',
      'pom.xml': '<project><artifactId>x</artifactId></project>\n',
    },
    message: 'Move hosting from Netlify to Vercel, the build from Maven to Gradle',
    after: {
      'netlify.toml': null,
      'vercel.json': '{"framework":"next"}\n',
      'pom.xml': null,
      'build.gradle': "plugins { id 'java' }\n",
    },
    expected: ['tool-switched build:Gradle', 'tool-switched deployment:Vercel'],
  },
  {
    name: 'of a fixture is none',
    before: { 'test/fixtures/a/.travis.yml': 'x\n', 'test/fixtures/a/yarn.lock': 'y\n' },
    message: 'Replace the yarn fixture with pnpm',
    after: { 'test/fixtures/a/yarn.lock': null, 'test/fixtures/a/pnpm-lock.yaml': 'z\n' },
    expected: [],
  },
]);

describeCases('a setting', [
  {
    name: 'runtime: a new major version that the commit is about',
    before: { '.nvmrc': 'v18\n', 'package.json': npm({ engines: { node: '>=18' } }) },
    message: 'Require Node 22',
    after: { '.nvmrc': '22\n', 'package.json': npm({ engines: { node: '>=22' } }) },
    expected: ['setting-switched runtime:node:22'],
    shows: { title: 'Require Node 22', paths: ['.nvmrc', 'package.json'], replaces: ['runtime:node:18'] },
  },
  {
    name: 'runtime: changed in passing',
    before: { '.nvmrc': '18\n' },
    message: 'Show the list of users',
    after: { '.nvmrc': '22\n' },
    expected: [],
  },
  {
    name: 'runtime: a patch of the same major version',
    before: { '.nvmrc': '22.1.0\n' },
    message: 'Use Node 22.2 because of a crash in fetch that we saw',
    after: { '.nvmrc': '22.2.0\n' },
    expected: [],
  },
  {
    name: 'runtime: Python, Go, Java, Rust and .NET with a reason',
    before: {
      'pyproject.toml': '[project]\nrequires-python = ">=3.9"\n',
      'go.mod': 'module x\n\ngo 1.21\n',
      'pom.xml': '<project><properties><java.version>11</java.version></properties></project>\n',
      'rust-toolchain.toml': '[toolchain]\nchannel = "1.70.0"\n',
      'a.csproj':
        '<Project><PropertyGroup><TargetFramework>net6.0</TargetFramework></PropertyGroup></Project>\n',
    },
    message: 'Raise Python, Go, Java, Rust and .NET because the old ones get no security fixes any more',
    after: {
      'pyproject.toml': '[project]\nrequires-python = ">=3.12"\n',
      'go.mod': 'module x\n\ngo 1.23\n',
      'pom.xml': '<project><properties><java.version>21</java.version></properties></project>\n',
      'rust-toolchain.toml': '[toolchain]\nchannel = "1.80.0"\n',
      'a.csproj':
        '<Project><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>\n',
    },
    expected: [
      'runtime:dotnet:8',
      'runtime:go:1.23',
      'runtime:java:21',
      'runtime:python:3.12',
      'runtime:rust:1.80',
    ].map((one) => `setting-switched ${one}`),
  },
  {
    name: 'Go’s directive without a reason is everyday work',
    before: { 'go.mod': 'module x\n\ngo 1.21\n' },
    message: 'Update Go to 1.22',
    after: { 'go.mod': 'module x\n\ngo 1.22\n' },
    expected: [],
  },
  {
    name: 'ES modules are of weight by themselves',
    before: { 'package.json': npm({}) },
    message: 'Clean up the build',
    after: { 'package.json': npm({ type: 'module' }) },
    expected: ['setting-switched module-system:ES modules'],
    shows: { title: 'Module system: ES modules instead of CommonJS' },
  },
  {
    name: 'strict mode of TypeScript where the commit is about it',
    before: { 'tsconfig.json': '{ // c\n "compilerOptions": { "strict": false, "target": "es2019" } }\n' },
    message: 'Turn on strict',
    after: { 'tsconfig.json': '{ "compilerOptions": { "strict": true, "target": "es2022" } }\n' },
    expected: ['setting-switched typescript:strict:true'],
  },
  {
    name: 'base image and Terraform backend',
    before: {
      Dockerfile: 'FROM golang:1.22 AS build\nFROM alpine:3.19\n',
      'main.tf': 'terraform {\n  backend "local" {}\n}\n',
    },
    message: 'Ship on a distroless image because it has no shell; keep state remote',
    after: {
      Dockerfile: 'FROM golang:1.22 AS build\nFROM gcr.io/distroless/static\n',
      'main.tf': 'terraform {\n  backend "s3" {}\n}\n',
    },
    expected: [
      'setting-switched base-image:gcr.io/distroless/static',
      'setting-switched terraform-backend:s3',
    ],
  },
  {
    name: 'of a dependency bot is none',
    before: { '.nvmrc': '18\n' },
    message: 'Update Node to 22 because it is there\n\nSigned-off-by: renovate[bot] <x@y.z>',
    after: { '.nvmrc': '22\n' },
    expected: [],
  },
]);
