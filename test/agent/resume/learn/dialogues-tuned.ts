import { agent, type Dialogue, fails, file, passes, person } from './dialogue.ts';

/** The rules were tuned while looking at these. */
export const tunedDialogues: readonly Dialogue[] = [
  {
    style: 'terse corrections',
    told: [
      person('add a date picker to the filter bar'),
      agent('I will install the package.'),
      fails('npm install flatpickr', 'npm ERR! this repository uses pnpm'),
      person('no, we use pnpm here, not npm'),
      passes('pnpm add flatpickr'),
      file('src/filter-bar.tsx'),
      person('looks good. also, never edit files under src/generated'),
      agent('Understood.'),
    ],
    expected: [
      ['convention', 'pnpm'],
      ['convention', 'generated'],
    ],
  },
  {
    style: 'design discussion',
    told: [
      person(
        'How should we keep the search index? I see two ways: a file of our own, or SQLite with FTS5. Which one would you take?',
      ),
      agent(
        'Both would work. I suggest using SQLite FTS5 instead of an index file, because it needs a ninth of the memory. Shall I go ahead with that?',
      ),
      person('yes, go ahead'),
      file('src/search/index.ts'),
      agent('Done. The index is in place.'),
    ],
    expected: [['decision', 'sqlite fts5']],
  },
  {
    style: 'reason given',
    told: [
      person(
        "Ok. Let's go with Postgres instead of Mongo because the reports need joins. Start with the schema for invoices.",
      ),
      file('db/schema.sql'),
      agent('The schema has three tables.'),
      person('nice. Now the seed data please.'),
    ],
    expected: [['decision', 'postgres']],
  },
  {
    style: 'ordinary task, nothing decided',
    told: [
      person('The build is red, can you have a look? I think it is the new lint rule.'),
      fails('npm run lint', '3 problems'),
      agent('Two unused imports and one missing semicolon. I will fix them.'),
      file('src/a.ts'),
      passes('npm run lint'),
      agent('All lint problems are gone.'),
      person('great, thanks. use the same approach for b.ts'),
      file('src/b.ts'),
      agent('Done.'),
    ],
    expected: [],
  },
  {
    style: 'for this task only',
    told: [
      person("Let's use a mock for now, we can do the real thing later."),
      person('For this test use sqlite instead of postgres.'),
      person("don't touch the CSS yet"),
      person('keep it simple'),
      person("Let's use SQLite for now. Let's use pnpm just for this."),
      person("let's start with the header"),
      agent('I kept it simple.'),
    ],
    expected: [],
  },
  {
    style: 'questions',
    told: [
      person('Should we use Redis instead of memcached? What would you do?'),
      agent('Redis has persistence; memcached is simpler. It depends on what you need.'),
      person('Could we just use an in-process cache rather than a server?'),
      agent('Yes, with one process that works.'),
      person('hm, let me think about it'),
    ],
    expected: [],
  },
  {
    style: 'from now on',
    told: [
      person(
        'From now on, write commit messages in the imperative mood. And always run the tests before you commit.',
      ),
      agent('I will.'),
      person('Fix the typo in the footer.'),
      file('src/footer.ts'),
    ],
    expected: [
      ['convention', 'imperative'],
      ['convention', 'run the tests'],
    ],
  },
  {
    style: 'lower case, no punctuation',
    told: [
      person('lets use zod instead of joi for validation since it infers types'),
      file('src/validate.ts'),
      agent('Switched the validators.'),
      person('cool can you also rename the folder to schemas'),
      person('actually i prefer kebab-case over camelCase for file names'),
    ],
    expected: [
      ['decision', 'zod'],
      ['preference', 'kebab-case'],
    ],
  },
  {
    style: 'polite and formal',
    told: [
      person(
        'Good morning. We have decided to drop support for Node 18, as it is no longer maintained. Could you please update the engines field and the documentation?',
      ),
      file('package.json'),
      file('README.md'),
      agent('Both are updated.'),
    ],
    expected: [['decision', 'node 18']],
  },
  {
    style: 'tests from red to green',
    told: [
      person('Make the parser accept trailing commas'),
      fails('npm test', '1 failed | 40 passed'),
      file('src/parser.ts'),
      passes('npm test', '41 passed'),
      agent('The parser accepts trailing commas now. All tests pass.'),
    ],
    expected: [['milestone', 'trailing commas']],
  },
  {
    style: 'green without a change, and red at the end',
    told: [
      person('Run the tests and tell me how we stand'),
      passes('npm test', '41 passed'),
      agent('All tests pass.'),
      person('Good. Now implement streaming'),
      file('src/stream.ts'),
      fails('npm test', '2 failed | 40 passed'),
      agent('Two tests fail still.'),
    ],
    expected: [],
  },
  {
    style: 'trouble with the surroundings',
    told: [
      person('Start the dev server and check the login page'),
      fails('npm run dev', 'Error: listen EADDRINUSE: address already in use :::3000'),
      passes('lsof -i :3000', 'node 4242'),
      fails('npm run dev', 'Error: listen EADDRINUSE: address already in use :::3000'),
      passes('docker compose down'),
      passes('npm run dev', 'ready'),
      agent('The login page works.'),
    ],
    expected: [['gotcha', 'eaddrinuse']],
  },
  {
    style: 'a bug of the code is no gotcha',
    told: [
      person('Fix the rounding in the invoice'),
      fails('npm test', 'AssertionError: expected 10.01 to equal 10.02'),
      file('src/invoice.ts'),
      fails('npm test', 'AssertionError: expected 10.01 to equal 10.02'),
      file('src/round.ts'),
      passes('npm test | tail -3', '12 passed'),
      agent('The rounding is right now.'),
    ],
    expected: [['milestone', 'rounding']],
  },
  {
    style: 'a missing step',
    told: [
      person('Why does the type check fail on my machine?'),
      fails('npm run typecheck', "error: Cannot find module '@acme/protocol' or its type declarations"),
      passes('cat tsconfig.json'),
      fails(
        'npm run typecheck 2>&1 | tail -20',
        "error: Cannot find module '@acme/protocol' or its type declarations",
      ),
      passes('npm run build:protocol'),
      passes('npm run typecheck'),
      agent('The protocol package has to be built first.'),
    ],
    expected: [['gotcha', 'build:protocol']],
  },
  {
    style: 'an agent that talks to itself',
    told: [
      person('Refactor the router'),
      agent(
        'I will use a trie instead of a list of regular expressions because lookups are faster. Then I will move the handlers.',
      ),
      file('src/router.ts'),
      agent('We decided to keep the old names as aliases. The router is refactored.'),
    ],
    expected: [],
  },
  {
    style: 'a yes that is none',
    told: [
      person('The config is a mess, ideas?'),
      agent('I recommend storing it in TOML rather than JSON, because it has comments. Shall I convert it?'),
      person('yes, but not TOML, use YAML'),
      file('config.yaml'),
    ],
    expected: [],
  },
  {
    style: 'pasted text',
    told: [
      person(
        'Summarize this for me:\n\n> We decided to use Kafka instead of RabbitMQ because of throughput.\n\n```\n# Decision: never use floats for money\n```\n\nand tell me whether it applies to us',
      ),
      agent('It does not: you have one queue.'),
    ],
    expected: [],
  },
  {
    style: 'a skill as prompt',
    told: [
      person(
        'You are a code reviewer.\n\n- Always read the whole file first.\n- Never comment on formatting.\n- Always cite line numbers.\n- Never approve without tests.\n- Prefer questions over orders.\n\nReview the last commit.',
      ),
      agent('The commit looks fine.'),
    ],
    expected: [],
  },
  {
    style: 'remember this',
    told: [
      person(
        'Remember that the staging database is reset every night at 02:00 UTC, so do not rely on data there.',
      ),
      agent('Noted.'),
      person('ok now write the migration'),
      file('db/007.sql'),
    ],
    expected: [['convention', 'staging database']],
  },
  {
    style: 'changes of mind',
    told: [
      person("Let's use Tailwind instead of plain CSS."),
      file('tailwind.config.js'),
      agent('Tailwind is set up.'),
      person("Hmm, no. Let's not use Tailwind, the class lists get too long. Let's stick with CSS modules."),
      file('src/app.module.css'),
    ],
    // The first one was taken back in the same session.
    expected: [
      ['decision', 'not use tailwind'],
      ['decision', 'css modules'],
    ],
  },
  {
    style: 'another language',
    told: [person('Wir nehmen ab jetzt immer pnpm statt npm.'), agent('Gut.')],
    // English only, as capture: a known miss.
    expected: [['convention', 'pnpm']],
  },
  {
    style: 'said in passing within a long request',
    told: [
      person(
        'I looked at the metrics yesterday and the worker spends most of its time in JSON.parse.\n\nPlease add a cache in front of it. In this project we never add a dependency for something that fits in fifty lines, so write it yourself. The tests are in test/worker. Tell me what the hit rate is afterwards.',
      ),
      file('src/cache.ts'),
      passes('npm test'),
      agent('The hit rate is 93 %.'),
    ],
    expected: [['convention', 'dependency']],
  },
];
