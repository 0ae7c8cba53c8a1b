import { agent, type Dialogue, fails, file, passes, person } from './dialogue.ts';

/** Written after the rules had stood still and labelled before they were run; one wrong find was mended after that. */
export const lastDialogues: readonly Dialogue[] = [
  {
    style: 'short order, short answer',
    told: [
      person('add a --json flag to the list command'),
      file('src/list.ts'),
      passes('npm test', '88 passed'),
      agent('Added, with a test.'),
      person('ship it'),
      passes('git commit -am "Add --json to list"'),
      passes('git push'),
      agent('Pushed.'),
    ],
    expected: [],
  },
  {
    style: 'architecture with alternatives',
    told: [
      person(
        'For the plugin system I compared WASM and plain JavaScript. We decided to load plugins as WASM modules because they cannot touch the file system. Please draft the host interface.',
      ),
      file('src/host.ts'),
      agent('The draft has six functions.'),
      person('drop the last two, and rename log to emit'),
      file('src/host.ts'),
      agent('Done.'),
    ],
    expected: [['decision', 'wasm']],
  },
  {
    style: 'style correction',
    told: [
      person('write the release notes'),
      file('NOTES.md'),
      person('We never use emojis in docs. Also always write "sign in", never "log in".'),
      file('NOTES.md'),
      agent('Corrected.'),
    ],
    expected: [
      ['convention', 'emojis'],
      ['convention', 'sign in'],
    ],
  },
  {
    style: 'looking around',
    told: [
      person('where is the retry logic?'),
      agent('In src/http/retry.ts.'),
      person('why does it never retry on 429?'),
      agent('Because the list of codes lacks it.'),
      person('add it please, and always log the attempt number there'),
      file('src/http/retry.ts'),
      agent('429 is retried now, and attempts are logged.'),
    ],
    // An order for one function, in the words of a rule.
    expected: [],
  },
  {
    style: 'environment of the project',
    told: [
      person('keep in mind that CI has no network access, so tests must not download anything'),
      agent('I will use fixtures.'),
      file('test/fixtures/page.html'),
      passes('npm test', '31 passed'),
      agent('All tests pass offline.'),
    ],
    expected: [
      ['convention', 'network'],
      // The title of the session is the rule itself: the milestone says nothing new, but it is what happened.
      ['milestone', 'network'],
    ],
  },
  {
    style: 'a proposal that is taken with a change',
    told: [
      person('How do we version the API?'),
      agent("I'd suggest using date-based versions rather than numbers, since they say when. OK?"),
      person('ok, but only for breaking changes'),
      agent('Good.'),
    ],
    expected: [],
  },
  {
    style: 'a proposal that is taken',
    told: [
      person('The monorepo takes 9 minutes to build. What do you propose?'),
      agent(
        'Most of it is type checking of packages that did not change.\n\nI propose switching to project references instead of one big tsconfig, because tsc can then build incrementally.\n\nShall I do it for the three largest packages?',
      ),
      person('Yes, do that.'),
      file('tsconfig.json'),
      fails('npx tsc -b', 'error TS6306: Referenced project must have setting composite'),
      file('packages/a/tsconfig.json'),
      passes('npx tsc -b'),
      agent('The build takes 2 minutes now.'),
    ],
    expected: [['decision', 'project references']],
  },
  {
    style: 'wrong version',
    told: [
      person('set up the project on this machine'),
      fails(
        'npm ci',
        'npm ERR! engine Unsupported engine: wanted: {"node":">=22"} (current: {"node":"18.19.0"})',
      ),
      fails(
        'npm ci',
        'npm ERR! engine Unsupported engine: wanted: {"node":">=22"} (current: {"node":"18.19.0"})',
      ),
      passes('nvm install 22'),
      passes('npm ci'),
      passes('npm test', '40 passed'),
      agent('Everything is installed.'),
    ],
    expected: [['gotcha', 'nvm install 22']],
  },
  {
    style: 'a story from the news',
    told: [
      person('did you read that they switched from Kubernetes to plain VMs? never again, they said'),
      agent('I cannot read the news.'),
      person('fair. anyway: write a Dockerfile for the api'),
      file('Dockerfile'),
      agent('Written.'),
    ],
    expected: [],
  },
  {
    style: 'database choice, terse',
    told: [
      person("let's use DuckDB instead of SQLite for the reports"),
      file('src/reports.py'),
      agent('Switched.'),
      person('tests?'),
      fails('pytest -q', '3 failed, 20 passed'),
      file('src/reports.py'),
      passes('pytest -q', '23 passed'),
      agent('All 23 pass.'),
    ],
    expected: [
      ['decision', 'duckdb'],
      ['milestone', 'duckdb'],
    ],
  },
  {
    style: 'frustration',
    told: [
      person('you always break the imports. STOP moving files around'),
      agent('Sorry.'),
      person('never do that again'),
      person("don't rename anything in src/legacy without asking me"),
      agent('I will ask first.'),
    ],
    // The last one holds from then on; it is said without a word that says so.
    expected: [['convention', 'legacy']],
  },
  {
    style: 'writing, not code',
    told: [
      person('Improve this paragraph: We always strive to use the best tools instead of the cheapest ones.'),
      agent('We choose tools for their quality, not their price.'),
      person("nice. let's use that one"),
    ],
    expected: [],
  },
  {
    style: 'agreed in the team',
    told: [
      person(
        'The team agreed to keep one changelog per package rather than a single file. Split CHANGELOG.md accordingly.',
      ),
      file('packages/a/CHANGELOG.md'),
      agent('Split into four.'),
    ],
    expected: [['decision', 'changelog per package']],
  },
  {
    style: 'time zones',
    told: [
      person('the report shows the wrong day'),
      agent('It uses local time.'),
      person('ok. we store everything in UTC and convert only in the UI, not in the API'),
      file('src/report.ts'),
      agent('Fixed.'),
    ],
    expected: [['convention', 'utc']],
  },
  {
    style: 'half a sentence',
    told: [
      person('instead of map'),
      agent('Of which map?'),
      person('use forEach'),
      person('always'),
      person('never'),
    ],
    expected: [],
  },
];
