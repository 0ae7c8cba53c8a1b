// The history of the demo project "harbor": what each commit wrote, when and why. Days count back from now.

export interface DemoCommit {
  readonly daysAgo: number;
  readonly message: string;
  readonly files: Readonly<Record<string, string>>;
  /** Name and, for an annotated one, message of a tag on this commit. */
  readonly tag?: { readonly name: string; readonly message?: string };
}

const manifest = (version: string, dependencies: Readonly<Record<string, string>> = {}): string =>
  `${JSON.stringify({ name: 'harbor', version, type: 'module', private: true, scripts: { test: 'node --test' }, ...(Object.keys(dependencies).length > 0 ? { dependencies } : {}) }, null, 2)}\n`;

const BERTHS = `/** Berths that a boat fits into; lengths in centimetres. */
export function fittingBerths(berths, boat) {
  return berths.filter((berth) => berth.length >= boat.length && berth.depth > boat.draught);
}
`;

const BERTHS_TEST = `import assert from 'node:assert/strict';
import test from 'node:test';
import { fittingBerths } from '../src/berths.js';

test('a boat gets berths that are long and deep enough', () => {
  const berths = [
    { name: 'A1', length: 900, depth: 180 },
    { name: 'A2', length: 1400, depth: 260 },
  ];
  assert.deepEqual(fittingBerths(berths, { length: 1200, draught: 190 }).map((berth) => berth.name), ['A2']);
});
`;

const FEES_FIRST = `/** Fee of a stay in cents. */
export function stayFee(nights, centsPerNight) {
  return nights * centsPerNight;
}
`;

const FEES_ROUNDED = `/** Fee of a stay in cents. \`factor\` is the season's, 1 for the plain price. */
export function stayFee(nights, centsPerNight, factor = 1) {
  return Math.round(nights * centsPerNight * factor);
}
`;

const FEES_DISCOUNT = `/** Fee of a stay in cents. \`factor\` is the season's, 1 for the plain price; seven nights or more get 15 % off. */
export function stayFee(nights, centsPerNight, factor = 1) {
  const percent = nights >= 7 ? 85 : 100;
  let fee = 0;
  for (let night = 0; night < nights; night += 1) {
    fee += Math.round((centsPerNight * factor * percent) / 100);
  }
  return fee;
}
`;

const FEES_TEST = `import assert from 'node:assert/strict';
import test from 'node:test';
import { stayFee } from '../src/fees.js';

test('three nights cost three times one night', () => {
  assert.equal(stayFee(3, 1990), 5970);
});

test('the season counts', () => {
  assert.equal(stayFee(2, 1990, 1.1), 4378);
});
`;

const DISCOUNT_TEST = `${FEES_TEST}
test('a week gets fifteen percent off', () => {
  assert.equal(stayFee(7, 1990), 11841);
});
`;

const ARRIVALS = `// The log is opened on first use: planning berths needs no database.
let log;

export async function noteArrival(boat, berth, when = new Date()) {
  log ??= await openLog();
  log.prepare('insert into arrivals values (?, ?, ?)').run(boat, berth, when.toISOString());
}

async function openLog() {
  const { default: Database } = await import('better-sqlite3');
  const database = new Database('arrivals.db');
  database.exec('create table if not exists arrivals (boat text, berth text, at text)');
  return database;
}
`;

const TIDES = `// We keep tide times in UTC rather than local time, because the clock change in October doubled an hour.
export function isHighWater(tides, at) {
  return tides.some((tide) => tide.kind === 'high' && Math.abs(tide.at - at) < 30 * 60_000);
}
`;

const CLAUDE_MD = `# Harbor

@AGENTS.md
@docs/conventions.md

## For Claude
- Plan first when more than two files change.
`;

const AGENTS_MD = `# Working on harbor

Plans berths, fees and tides of a small harbor.

## Commands
- Run the tests with \`node --test --test-reporter=spec\`.

## Layout
- \`src/\` one module a subject, \`test/\` the same names.
`;

const CONVENTIONS = `## Conventions
- Amounts are whole cents, never floating euros.
- Lengths are centimetres.
- A test names what a harbor master would say.
`;

const TEST_RULE = `---
paths: test/**
---
- Tests use node:test and node:assert/strict, nothing else.
`;

export const DEMO_COMMITS: readonly DemoCommit[] = [
  {
    daysAgo: 58,
    message: 'Start harbor with berths',
    files: {
      'package.json': manifest('0.1.0'),
      'src/berths.js': BERTHS,
      'test/berths.test.js': BERTHS_TEST,
      'README.md': '# Harbor\n\nPlans a small harbor.\n',
    },
  },
  {
    daysAgo: 55,
    message:
      'Use centimetres instead of feet for lengths\n\nThe harbor master measures in metric, because rounded feet put a boat into a berth too short.',
    files: { 'docs/units.md': '# Units\n\nLengths and depths are whole centimetres.\n' },
  },
  { daysAgo: 49, message: 'Charge for nights', files: { 'src/fees.js': FEES_FIRST } },
  {
    daysAgo: 44,
    message:
      'Round the fee of a stay once at the end instead of each night\n\nWe decided to round once at the end because guests were charged up to a cent a night too much.',
    files: { 'src/fees.js': FEES_ROUNDED, 'test/fees.test.js': FEES_TEST },
  },
  {
    daysAgo: 40,
    message:
      'Add better-sqlite3 for the arrivals log\n\nArrivals must survive a crash, and one file is easy to back up. A JSON file lost entries with two writers.',
    files: {
      'package.json': manifest('0.9.0', { 'better-sqlite3': '^12.4.1' }),
      'src/arrivals.js': ARRIVALS,
    },
  },
  {
    daysAgo: 33,
    message: 'Release 1.0.0',
    files: { 'package.json': manifest('1.0.0', { 'better-sqlite3': '^12.4.1' }) },
    tag: { name: 'v1.0.0', message: 'The harbor master plans berths and fees with it' },
  },
  {
    daysAgo: 26,
    message: 'Write the house rules down for agents',
    files: {
      'CLAUDE.md': CLAUDE_MD,
      'AGENTS.md': AGENTS_MD,
      'docs/conventions.md': CONVENTIONS,
      '.claude/rules/tests.md': TEST_RULE,
      '.claude/rules/language.md': '- Say harbor, not marina; berth, not slot.\n',
      'src/CLAUDE.md': '# Modules\n\n- A module has no side effect when it is imported.\n',
    },
  },
  { daysAgo: 20, message: 'Add tides', files: { 'src/tides.js': TIDES } },
  {
    daysAgo: 12,
    message: 'Refuse boats that would touch the ground at low water',
    files: {
      'src/berths.js': BERTHS.replace('berth.depth > boat.draught', 'berth.depth >= boat.draught + 20'),
    },
    tag: { name: 'v1.1.0' },
  },
  { daysAgo: 3, message: 'Give a week fifteen percent off', files: { 'src/fees.js': FEES_DISCOUNT } },
  { daysAgo: 1, message: 'Test the discount of a week', files: { 'test/fees.test.js': DISCOUNT_TEST } },
];

export const USER_CLAUDE_MD = '# My own rules\n\n- Answer in short sentences.\n- Say what you checked.\n';
