import { describeCases, type RuleCase } from './rule-cases.ts';

const stated = (message: string, subject: string, shows: RuleCase['shows'] = {}): RuleCase => ({
  name: message.split('\n')[0] ?? '',
  message,
  after: { 'src/a.ts': `${message.length}\n` },
  expected: [`stated-decision stated:${subject}`],
  shows,
});
const silent = (message: string, path = 'src/a.ts'): RuleCase => ({
  name: message.replace(/\s+/g, ' '),
  message,
  after: { [path]: `${message.length}\n` },
  expected: [],
});

describeCases('a decision is read from', [
  stated('We settled on Postgres for sessions', 'go with postgres for sessions'),
  stated('Go with SQLite since a server is one thing more to run', 'go with sqlite', {
    why: 'A server is one thing more to run.',
  }),
  stated("Storage\n\nWe're going with SQLite for now.", 'go with sqlite for now', {
    title: 'Go with SQLite for now',
  }),
  stated('Queue\n\nWe rejected Kafka because it needs three machines.', 'rejected kafka', {
    why: 'It needs three machines.',
  }),
  stated(
    'Words\n\nThe other form reads better, however we agreed to use subtraction, https://x.org/1',
    'use subtraction',
    {
      title: 'Use subtraction',
    },
  ),
  stated('We no longer support Safari 14 because it lacks BigInt', 'no longer support safari 14'),
  stated('Drop support for Node 16 as it gets no fixes', 'drop support for node 16'),
  stated(
    'Cache\n\nUse Redis instead of Memcached for performance reasons.',
    'use redis instead of memcached',
    { considered: 'Memcached' },
  ),
  stated('Names\n\nFrom now on, tables are named in the plural.', 'tables are named in the plural', {
    kind: 'convention',
    title: 'Tables are named in the plural',
  }),
]);

describeCases('no decision is read from', [
  silent('Constants\n\nThe name I settled on is very simple.'),
  silent('Move the helper to its own file so that tests can use it'),
  silent('Fix the login: use the id instead of the name because names change'),
  silent('The button is no longer blue because it was hard to see'),
  silent('Use a longer timeout'),
  silent('Explain\n\nWe keep the file open because Windows locks it.'),
  silent('Maybe we should switch to Rust because it is fast'),
  {
    name: 'a comment that only describes',
    message: 'Add',
    after: { 'src/a.ts': '// We use a lock here because two windows may write.\nlock();\n' },
    expected: [],
  },
  {
    name: 'a comment in a test or an example',
    message: 'Add',
    after: {
      'test/a.test.ts': '// We use a Map instead of an object because keys come from users.\n',
      'examples/b.ts': '// We use a Set instead of an array because order is no matter here.\n',
    },
    expected: [],
  },
]);

describeCases('what failed', [
  {
    name: 'as an attempt that came to nothing is a gotcha',
    message: 'Watch with polling\n\nWe tried inotify first, but it misses changes on network drives.',
    after: { 'src/a.ts': '1\n' },
    expected: ['what-failed failed:we tried inotify first but it misses changes on network drives'],
    shows: { kind: 'gotcha', paths: ['src/a.ts'] },
  },
  {
    name: 'as a comment with its reason',
    message: 'Add the watcher',
    after: { 'src/w.ts': '// fs.watch does not work here because it loses renames.\nwatch();\n' },
    expected: ['what-failed failed:fs watch does not work here'],
    shows: { why: 'It loses renames.', line: { path: 'src/w.ts', line: 1 } },
  },
  {
    name: 'by turning out so',
    message: 'Index in memory\n\nSQLite turned out to be too slow for 10 million rows.',
    after: { 'src/a.ts': '2\n' },
    expected: ['what-failed failed:sqlite turned out to be too slow for 10 million rows'],
  },
  silent('Cache\n\nPrevious policy was to attempt to update in place, but only once.'),
  silent('Fix saving\n\nSaving does not work because the path is wrong.'),
  silent('Add a note\n\nWhether inotify works was tried.'),
]);

describeCases('a breaking change', [
  {
    name: 'by its footer says what breaks',
    message:
      'feat(api)!: return a stream from read\n\nBREAKING CHANGE: `read` returns a stream; callers that\nexpect a string must await `text()`.\n\nCloses: #4',
    after: { 'src/a.ts': '1\n' },
    expected: ['breaking-change breaking:return a stream from read'],
    shows: {
      title: 'Return a stream from read',
      why: 'What breaks: `read` returns a stream; callers that expect a string must await `text()`.',
      confidence: 0.85,
    },
  },
  {
    name: 'by its mark alone',
    message: 'refactor!: rename the package',
    after: { 'src/a.ts': '1\n' },
    expected: ['breaking-change breaking:rename the package'],
    shows: { confidence: 0.6 },
  },
  {
    name: 'gives its reason',
    message: 'feat!: drop the sync API because it blocks the editor',
    after: { 'src/a.ts': '1\n' },
    expected: [
      'breaking-change breaking:drop the sync api because it blocks the editor',
      'stated-decision stated:drop the sync api',
    ],
    shows: { title: 'Drop the sync API', why: 'It blocks the editor.' },
  },
  silent('feat: nothing breaks\n\nBREAKING CHANGE: none'),
  silent('What a surprise! It works'),
  silent('build(deps)!: bump x\n\nSigned-off-by: dependabot[bot] <a@b.c>'),
]);

describeCases('a revert', [
  {
    name: 'with its reason is a gotcha that takes the place of what it reverts',
    message:
      'Revert "Use Redis for sessions"\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.\n\nRedis lost sessions whenever the container was moved.',
    after: { 'src/a.ts': '1\n' },
    expected: ['reverted reverted:use redis for sessions'],
    shows: {
      kind: 'gotcha',
      title: 'Taken back: Use Redis for sessions',
      why: 'Redis lost sessions whenever the container was moved.',
      replaces: ['commit:0123456789abcdef0123456789abcdef01234567', 'stated:use redis for sessions'],
    },
  },
  {
    name: 'of a dependency names it',
    before: { 'package.json': '{"dependencies":{"ioredis":"5"}}\n' },
    message:
      'Revert "feat: keep sessions in Redis (#12)" because failover loses them\n\nThis reverts commit 0123456.',
    after: { 'package.json': '{"dependencies":{}}\n' },
    expected: ['reverted reverted:keep sessions in redis'],
    shows: {
      replaces: ['commit:0123456', 'stated:keep sessions in redis', 'npm:ioredis'],
      why: 'Failover loses them.',
    },
  },
  silent('Revert "Use Redis for sessions"\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.'),
  silent(
    'Revert "Revert "Use Redis for sessions""\n\nThis reverts commit 0123456.\n\nIt was not the fault of Redis after all, we saw.',
  ),
]);
