import { agent, type Dialogue, fails, file, passes, person } from './dialogue.ts';

/** Written and labelled before the rules had seen any of them; scored, then looked at. */
export const unseenDialogues: readonly Dialogue[] = [
  {
    style: 'choosing by number',
    told: [
      person("but like if i have shared api for persisting files that's used across all the apps"),
      agent(
        'Options:\n1. A shared package\n2. A dedicated API service\n3. tRPC\n\nWhich approach fits your use case?',
      ),
      person('2'),
      file('apps/api/index.ts'),
      agent('The service is there.'),
    ],
    // Which option a number means is not read: a miss by design.
    expected: [['decision', 'api service']],
  },
  {
    style: 'planning document',
    told: [
      person(
        "OK, let's start a planning document at ./docs/PLAN.md\n\nOur goal here is to plan out the design of the resume command.\n\nSo... stub out that empty doc, then let's get to discussing.",
      ),
      file('docs/PLAN.md'),
      agent('Stubbed. What is the first question?'),
      person(
        "First question is the storage. i'd say we go with the local sqlite file and sync it, no server.",
      ),
      agent('Noted under "Storage".'),
      person('great. also create a top level README.md'),
      file('README.md'),
    ],
    expected: [['decision', 'sqlite']],
  },
  {
    style: 'style of code',
    told: [
      person('Refactor utils.py'),
      file('utils.py'),
      person(
        "Please don't use single letter variable names in this codebase. We always write docstrings in Google style.",
      ),
      file('utils.py'),
      agent('Renamed the variables and added docstrings.'),
    ],
    expected: [
      ['convention', 'single letter'],
      ['convention', 'docstrings'],
    ],
  },
  {
    style: 'infrastructure decision with reason',
    told: [
      person(
        "We're going with Fly.io rather than Heroku because of the EU region. Write the fly.toml and a deploy workflow.",
      ),
      file('fly.toml'),
      agent('Both are written.'),
      person('deploy it to staging'),
      passes('fly deploy -a acme-staging'),
      agent('It is live on staging.'),
    ],
    expected: [['decision', 'fly.io']],
  },
  {
    style: 'a long bug hunt',
    told: [
      person('Memory grows without bound in the worker. Find out why.'),
      passes('node --inspect worker.js'),
      agent('The listeners are never removed.'),
      person('I see. So we never call removeListener?'),
      agent('Right.'),
      person('Then fix it, but do not change the public API.'),
      file('src/worker.ts'),
      fails('npm test', '1 failed'),
      file('src/worker.ts'),
      passes('npm test'),
      agent('Memory stays flat over an hour now.'),
    ],
    expected: [['milestone', 'memory grows']],
  },
  {
    style: 'thinking aloud',
    told: [
      person(
        "I'm wondering whether we want to keep the monolith or go with services. Never thought we'd get here.",
      ),
      agent('What hurts today?'),
      person('Deploys. I always have to wait for the whole test suite.'),
      agent('Then splitting the suite may be enough.'),
      person("interesting, I'd rather keep the monolith then"),
    ],
    // "I'd rather" is not among the forms.
    expected: [['decision', 'monolith']],
  },
  {
    style: 'agreeing with words of praise',
    told: [
      person('How should errors be reported across the boundary?'),
      agent(
        'My recommendation is to use Result values instead of exceptions, because the callers then have to handle them. Should I rewrite the parser that way?',
      ),
      person('Great idea, do it'),
      file('src/parser.ts'),
      agent('The parser answers Result values.'),
    ],
    expected: [['decision', 'result values']],
  },
  {
    style: 'no to a proposal',
    told: [
      person('The list is slow.'),
      agent('I would recommend switching to a virtual list rather than pagination. Shall I?'),
      person('no, pagination is fine. just add an index to the query'),
      file('db/008.sql'),
    ],
    expected: [],
  },
  {
    style: 'certificate troubles',
    told: [
      person('install the private package'),
      fails(
        'npm install @acme/ui',
        'npm ERR! code SELF_SIGNED_CERT_IN_CHAIN\nnpm ERR! self-signed certificate in certificate chain',
      ),
      passes('npm config get registry'),
      fails(
        'npm install @acme/ui',
        'npm ERR! code SELF_SIGNED_CERT_IN_CHAIN\nnpm ERR! self-signed certificate in certificate chain',
      ),
      passes('export NODE_EXTRA_CA_CERTS=/etc/ssl/acme.pem && npm install @acme/ui'),
      agent('It needed the company certificate.'),
    ],
    expected: [['gotcha', 'node_extra_ca_certs']],
  },
  {
    style: 'review of somebody else',
    told: [
      person(
        'Here is what the reviewer wrote: "Please use const instead of let." Apply it where it makes sense.',
      ),
      file('src/a.ts'),
      agent('Applied in four places.'),
      person('he also says we should never mock the clock. I disagree.'),
      agent('Then the mocks stay.'),
    ],
    expected: [],
  },
  {
    style: 'data handling rule',
    told: [
      person('write an importer for the old customer table'),
      file('import.ts'),
      person('Important: never write to the production database from a script, always go through the API.'),
      file('import.ts'),
      agent('The importer calls the API now.'),
    ],
    expected: [['convention', 'production database']],
  },
  {
    style: 'telling a story',
    told: [
      person(
        'Last year we used Mongo instead of Postgres and it was a disaster. Anyway, can you write a script that compares the two dumps?',
      ),
      file('compare.ts'),
      agent('Written.'),
    ],
    expected: [],
  },
  {
    style: 'go project',
    told: [
      person('add retries to the client'),
      file('client.go'),
      fails('go test ./...', '--- FAIL: TestRetry (0.00s)\nFAIL'),
      file('client.go'),
      passes('go test ./...', 'ok  acme/client 0.2s'),
      agent('Retries with backoff are in; go test passes.'),
      person('thanks. going forward errors are wrapped with %w, please, so that callers can test for them'),
      file('client.go'),
    ],
    expected: [
      ['milestone', 'retries'],
      ['convention', 'wrapped'],
    ],
  },
  {
    style: 'UI wishes',
    told: [
      person('make the sidebar collapsible'),
      file('src/sidebar.tsx'),
      person('use a chevron instead of the plus sign'),
      person("let's drop the border, and use the same grey as in the header"),
      person('i prefer the animation to be faster'),
      agent('Done.'),
    ],
    // Taste for one screen: nothing a project has to remember.
    expected: [],
  },
  {
    style: 'decision by label',
    told: [
      person(
        'Decision: the public API stays on REST, GraphQL is internal only. Reason: partners asked for stability.\n\nUpdate the docs accordingly.',
      ),
      file('docs/api.md'),
      agent('Updated.'),
    ],
    expected: [['decision', 'rest']],
  },
  {
    style: 'many languages in one',
    told: [
      person('bitte auf Englisch antworten. what does this regex do?'),
      agent('It matches dates.'),
      person('merci. never use regex for HTML, right?'),
      agent('Right.'),
    ],
    expected: [],
  },
  {
    style: 'all tests pass, said and seen',
    told: [
      person('migrate the test suite to the new runner'),
      file('vitest.config.ts'),
      file('test/setup.ts'),
      passes('npx vitest run', 'Tests  212 passed (212)'),
      agent('The suite runs on the new runner. All 212 tests pass.'),
    ],
    expected: [['milestone', 'new runner']],
  },
  {
    style: 'said green, never run',
    told: [
      person('fix the flaky test in the scheduler'),
      file('test/scheduler.test.ts'),
      agent('I removed the timing assumption. All tests should pass now.'),
    ],
    expected: [],
  },
];
