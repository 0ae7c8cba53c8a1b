import { describeCases } from './rule-cases.ts';

const many = (directory: string, names: readonly string[], text = 'x\n'): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`${directory}/${name}.ts`, `${text}${name.repeat(30)}\n`]));
const none = (files: Record<string, string>): Record<string, null> =>
  Object.fromEntries(Object.keys(files).map((path) => [path, null]));
const five = ['alpha', 'bravo', 'charlie', 'delta', 'echo'];

describeCases('a schema', [
  {
    name: 'with a new table and its reason is a decision',
    message:
      'Keep sessions in a table of their own\n\nThe users table is locked on every request, because sessions are written there.',
    after: {
      'db/migrations/0001_sessions.sql': 'CREATE TABLE IF NOT EXISTS "public"."sessions" (id int);\n',
    },
    expected: ['schema-changed schema:created:public.sessions'],
    shows: { line: { path: 'db/migrations/0001_sessions.sql', line: 1 } },
  },
  {
    name: 'with a new table is an ordinary change',
    message: 'Add the sessions table',
    after: { 'db/migrations/1.sql': 'create table sessions (id int);\n' },
    expected: [],
  },
  {
    name: 'that loses a table the commit is about',
    message: 'Drop the audit table',
    after: {
      'db/migrate/2_drop.rb':
        'class X\n  def up\n    drop_table :audits\n  end\n  def down\n    create_table :audits\n  end\nend\n',
    },
    expected: ['schema-changed schema:dropped:audits'],
  },
  {
    name: 'is not changed by what undoes a migration',
    message: 'Add the audit table',
    after: {
      'alembic/versions/1_a.py':
        "def upgrade():\n    op.create_table('audits')\n\ndef downgrade():\n    op.drop_table('audits')\n",
    },
    expected: [],
  },
]);

describeCases('an interface', [
  {
    name: 'that loses a subpath export others may use',
    before: { 'package.json': '{"name":"x","exports":{".":"./a.js","./internals":"./b.js"}}\n' },
    message: 'Take the internals out of the public exports',
    after: { 'package.json': '{"name":"x","exports":{".":"./a.js"}}\n' },
    expected: ['interface-broken interface:export ./internals'],
    shows: { paths: ['package.json'] },
  },
  {
    name: 'of a private package has no users',
    before: { 'package.json': '{"private":true,"exports":{".":"./a.js","./internals":"./b.js"}}\n' },
    message: 'Take the internals out of the public exports',
    after: { 'package.json': '{"private":true,"exports":{".":"./a.js"}}\n' },
    expected: [],
  },
  {
    name: 'over HTTP, gRPC and GraphQL',
    before: {
      'api/openapi.yaml': 'openapi: 3.0.0\npaths:\n  /users:\n    get: {}\n  /legacy/users:\n    get: {}\n',
      'a.proto':
        'syntax = "proto3";\nservice Users {\n  rpc Find(A) returns (B);\n  rpc Get(A) returns (B);\n}\n',
      's.graphql': 'type User {\n  id: ID!\n  nick: String\n}\n',
    },
    message: 'Remove the legacy endpoints because nobody has called them for a year',
    after: {
      'api/openapi.yaml': 'openapi: 3.0.0\npaths:\n  /users:\n    get: {}\n',
      'a.proto': 'syntax = "proto3";\nservice Users {\n  rpc Get(A) returns (B);\n}\n',
      's.graphql': 'type User {\n  id: ID!\n}\n',
    },
    expected: ['interface-broken interface:field User.nick,path /legacy/users,rpc Users.Find'],
    shows: { why: 'Nobody has called them for a year.' },
  },
  {
    name: 'of which a part moved to another file breaks nothing',
    before: {
      'a.proto': 'syntax = "proto3";\nmessage A {\n  string x = 1;\n}\nmessage B {\n  string y = 1;\n}\n',
      'c.proto': 'syntax = "proto3";\nmessage C {\n  string z = 1;\n}\n',
    },
    message: 'Keep the public messages in one proto file',
    after: {
      'a.proto': 'syntax = "proto3";\nmessage A {\n  string x = 1;\n}\n',
      'c.proto': 'syntax = "proto3";\nmessage C {\n  string z = 1;\n}\nmessage B {\n  string y = 1;\n}\n',
    },
    expected: [],
  },
  {
    name: 'that only grew or moved breaks nothing',
    before: { 'a.proto': 'syntax = "proto3";\nmessage A {\n  string x = 1;\n}\n' },
    message: 'Move the public API to its own proto file',
    after: {
      'a.proto': null,
      'v1/b.proto': 'syntax = "proto3";\n// moved here\nmessage A {\n  string x = 1;\n  string y = 2;\n}\n',
    },
    expected: [],
  },
]);

const mit =
  'MIT License\n\nCopyright (c) 2024 Ada\n\nPermission is hereby granted, free of charge, to any person\n';
const apache =
  '                                 Apache License\n                           Version 2.0, January 2004\n';

describeCases('a licence', [
  {
    name: 'that was given is a decision',
    message: 'Create LICENSE',
    after: { LICENSE: mit },
    expected: ['licence-changed licence:MIT'],
    shows: { title: 'License the project under MIT', confidence: 0.7 },
  },
  {
    name: 'that took the place of another one',
    before: { LICENSE: mit, 'package.json': '{"license":"MIT"}\n' },
    message: 'Relicense under Apache 2.0 because it grants patents',
    after: { LICENSE: apache, 'package.json': '{"license":"Apache-2.0"}\n' },
    expected: ['licence-changed licence:Apache-2.0'],
    shows: {
      title: 'License the project under Apache-2.0',
      considered: 'MIT, used until then',
      replaces: ['licence:MIT'],
    },
  },
  {
    name: 'of a new year is the same',
    before: { LICENSE: mit },
    message: 'Update the licence year',
    after: { LICENSE: mit.replace('2024', '2025') },
    expected: [],
  },
  {
    name: 'of vendored code is not the project’s',
    message: 'Vendor zlib',
    after: { 'vendor/zlib/LICENSE': mit },
    expected: [],
  },
]);

describeCases('a security setting', [
  {
    name: 'with its reason is a decision',
    before: { 'src/server.ts': "app.use(cors({ origin: '*' }));\n" },
    message: 'Allow CORS for our own origin only, because any page could read the session',
    after: { 'src/server.ts': "app.use(cors({ origin: 'https://example.org' }));\n" },
    expected: ['security-setting security:cors:src/server.ts'],
    shows: { why: 'Any page could read the session.' },
  },
  {
    name: 'without one is an ordinary change',
    before: { 'src/server.ts': 'a\n' },
    message: 'Add CORS',
    after: { 'src/server.ts': 'app.use(cors());\n' },
    expected: [],
  },
  {
    name: 'of a test is none',
    message: 'Turn TLS verification off in tests because the certificate is our own',
    after: { 'tests/client.py': 'get(url, verify=False)\n' },
    expected: [],
  },
  {
    name: 'of a workflow’s permissions',
    before: { '.github/workflows/ci.yml': 'on: push\n' },
    message: 'Give workflows the least permissions, since a stolen token could push',
    after: { '.github/workflows/ci.yml': 'on: push\npermissions:\n  contents: read\n' },
    expected: ['security-setting security:permissions:.github/workflows/ci.yml'],
  },
  {
    name: 'policy that is new',
    message: 'Say how to report',
    after: { 'SECURITY.md': '# Security\n' },
    expected: ['security-setting security:policy'],
    shows: { kind: 'reference' },
  },
]);

describeCases('a feature flag', [
  {
    name: 'introduced',
    before: { 'src/a.ts': 'a();\n' },
    message: 'Put the new search behind a feature flag',
    after: { 'src/a.ts': "if (isEnabled('new-search')) b();\na();\n" },
    expected: ['feature-flag flag:new-search'],
    shows: { line: { path: 'src/a.ts', line: 1 } },
  },
  {
    name: 'removed',
    before: { 'src/a.ts': 'if (FEATURE_SEARCH) b();\na();\n' },
    message: 'Remove the feature flag of search because everybody has it',
    after: { 'src/a.ts': 'b();\na();\n' },
    expected: ['feature-flag flag:FEATURE_SEARCH'],
    shows: { replaces: ['flag:FEATURE_SEARCH'], why: 'Everybody has it.' },
  },
  {
    name: 'of a compiler is none',
    before: { 'src/a.ts': 'a();\n' },
    message: 'Set the debug flag',
    after: { 'src/a.ts': 'flags.debug = true;\n' },
    expected: [],
  },
  {
    name: 'that no line shows is none',
    message: 'Describe the feature flag of search',
    after: { 'docs/a.md': 'x\n' },
    expected: [],
  },
]);

describeCases('a subsystem', [
  {
    name: 'that is gone',
    before: many('src/legacy', five),
    message: 'Remove the legacy importer because nobody uses it since 2.0',
    after: { ...none(many('src/legacy', five)), 'src/main.ts': 'x\n' },
    expected: ['subsystem-removed subsystem:src/legacy'],
    shows: { paths: ['src/main.ts'], why: 'Nobody uses it since 2.0.' },
  },
  {
    name: 'that another one replaced',
    before: many('src/indexer', five),
    message: 'Rewrite the indexer',
    after: {
      ...none(many('src/indexer', five)),
      ...many('src/index2', ['one', 'two', 'three', 'four', 'five'], 'completely other text here\n'),
    },
    expected: ['subsystem-removed subsystem:src/indexer'],
    shows: { title: 'Rewrite the indexer' },
  },
  {
    name: 'that moved elsewhere is not gone',
    before: many('src/legacy', five),
    message: 'Move legacy into packages because it is published on its own',
    after: { ...none(many('src/legacy', five)), ...many('packages/legacy/src', five) },
    expected: [],
  },
  {
    name: 'whose files were rewritten elsewhere under their names is not gone',
    before: many('src/legacy', five),
    message: 'Rewrite legacy as a package',
    after: {
      ...none(many('src/legacy', five)),
      ...Object.fromEntries(five.map((name) => [`packages/l/${name}.ts`, 'nothing of what stood there\n'])),
    },
    expected: [],
  },
  {
    name: 'of which something is left is not gone',
    before: { ...many('src/a', [...five, 'golf']) },
    message: 'Remove most of a',
    after: { ...none(many('src/a', five)), 'src/a/golf.ts': 'changed\n' },
    expected: [],
  },
  {
    name: 'of four files is too small',
    before: many('src/a1', five.slice(1)),
    message: 'Remove a1',
    after: none(many('src/a1', five.slice(1))),
    expected: [],
  },
  {
    name: 'of vendored code is none',
    before: many('vendor/zlib', five),
    message: 'Remove zlib',
    after: none(many('vendor/zlib', five)),
    expected: [],
  },
]);

describeCases('a package of the workspace', [
  {
    name: 'with its reason is a boundary',
    message:
      'Give the parser a package of its own\n\nThe parser must not import the editor, so that it runs in a worker.',
    after: { 'packages/parser/package.json': '{"name":"parser"}\n', 'packages/parser/src/index.ts': 'x\n' },
    expected: ['workspace-package package:packages/parser'],
  },
  {
    name: 'without one is an ordinary change',
    message: 'Add the parser',
    after: { 'packages/parser/package.json': '{"name":"parser"}\n' },
    expected: [],
  },
]);
