// The three sentences of ARCHITECTURE.md as rules. Type-only imports count (tsPreCompilationDeps).
// test/guardians/architecture.test.ts plants a violation of each and asserts that it is seen.

/** Rooms from top to bottom: a room may import only from those behind it. */
const memoryRooms = [
  ['workspace'],
  ['outline'],
  ['set-up'],
  ['check'],
  ['search'],
  ['capture'],
  ['timeline'],
  ['inbox'],
  ['record'],
  ['freshness'],
  ['hierarchy'],
  ['file'],
  ['ledger'],
  ['project'],
];
const agentRooms = [
  ['resume'],
  ['housekeeping'],
  ['refine'],
  ['engine'],
  ['history'],
  ['session'],
  ['loop'],
  ['tools', 'skills', 'subagents', 'mcp'],
  ['guard', 'sandbox'],
  ['model'],
];
/** Each library has one importing folder; vocabulary libraries are left out by name. */
const homes = {
  chokidar: 'src/base',
  diff: 'src/base',
  picomatch: 'src/base',
  ignore: 'src/base',
  ulid: 'src/base',
  marked: 'src/memory/file',
  yaml: 'src/memory/file',
  stemmer: 'src/memory/search',
  '@vscode/tree-sitter-wasm': 'src/memory/freshness',
  '@anthropic-ai/sdk': 'src/agent/model',
  unbash: 'src/agent/guard',
  '@anthropic-ai/sandbox-runtime': 'src/agent/sandbox',
  '@modelcontextprotocol/client': 'src/agent/mcp',
  ajv: 'src/agent/loop',
  re2js: 'src/agent/tools',
  picocolors: 'src/cli',
};

const rules = [];
const forbid = (name, comment, from, to) => rules.push({ name, comment, severity: 'error', from, to });

forbid(
  'imports-only-go-down-from-base',
  'base/ knows nothing of Varve.',
  { path: '^src/base/' },
  { path: '^src/', pathNot: '^src/base/' },
);
forbid(
  'imports-only-go-down-from-memory',
  'memory/ stands on base/ alone.',
  { path: '^src/memory/' },
  { path: '^src/', pathNot: '^src/(base|memory)/' },
);
forbid(
  'imports-only-go-down-from-agent',
  'agent/ stands on memory/ and base/.',
  { path: '^src/agent/' },
  { path: '^src/', pathNot: '^src/(base|memory|agent)/' },
);
forbid(
  'faces-apart',
  'Faces never import one another.',
  { path: '^src/(views|cli|mcp)/' },
  { path: '^src/(views|cli|mcp)/', pathNot: '^src/$1/' },
);
forbid('doors-are-ends', 'Nothing imports a door.', { path: '^src/' }, { path: '^src/[^/]+\\.ts$' });
forbid(
  'vscode-only-in-views',
  'Only views/ and extension.ts may say vscode.',
  { path: '^src/', pathNot: '^src/(views/|extension\\.ts$)' },
  { path: '(^|/)(@types/)?vscode($|/)', dependencyTypesNot: ['local'] },
);
forbid(
  'memory-has-no-network',
  'memory/ and base/ open no socket.',
  { path: '^src/(base|memory)/' },
  { path: '^(node:)?(net|http|https|http2|tls|dgram|dns)(/|$)' },
);
forbid(
  'memory-starts-no-process',
  'memory/ runs no command; git goes through base/.',
  { path: '^src/memory/' },
  { path: '^(node:)?(child_process|worker_threads|cluster)$' },
);
forbid('no-cycles', 'A cycle has no top and no bottom.', {}, { circular: true });
forbid(
  'no-unknown',
  'An import that does not resolve is checked by nobody.',
  { path: '^src/' },
  { couldNotResolve: true, pathNot: '^vscode$' },
);

for (const [folder, rows] of [
  ['memory', memoryRooms],
  ['agent', agentRooms],
]) {
  rows.forEach((row, index) => {
    const above = rows.slice(0, index).flat();
    if (above.length === 0) return;
    forbid(
      `${folder}-room-order-${row[0]}`,
      `Inside ${folder}/ imports go down the table of rooms in ARCHITECTURE.md.`,
      { path: `^src/${folder}/(${row.join('|')})/` },
      { path: `^src/${folder}/(${above.join('|')})/` },
    );
  });
}
for (const [library, home] of Object.entries(homes)) {
  forbid(
    `one-home-${library.replace(/\W+/g, '-')}`,
    `${library} is imported by ${home}/ only.`,
    { path: '^src/', pathNot: `^${home}/` },
    { path: `(^|/)node_modules/${library}/` },
  );
}

export default {
  forbidden: rules,
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
