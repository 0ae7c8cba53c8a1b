import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toProposedRecord } from '../../../src/memory/capture/proposed-record.ts';
import { packageJson, TemporaryRepository } from './temporary-repository.ts';

let repository: TemporaryRepository;

beforeEach(() => {
  repository = TemporaryRepository.make();
  repository.commit('Start', {
    'package.json': packageJson(['express', 'moment'], ['mocha']),
    'src/a.ts': 'let a = 1;\n',
  });
});

afterEach(() => repository.remove());

async function summary(): Promise<readonly (readonly [string, string, string, string | undefined])[]> {
  return (await repository.candidates()).map(
    ({ rule, subject, title, why }) => [rule, subject, title, why] as const,
  );
}

describe('a dependency', () => {
  test('added with a reason is one decision with that reason, though the message states it too', async () => {
    repository.commit(
      'feat(search): use better-sqlite3 for session search (#12)\n\nWe decided to use SQLite FTS5 instead of the in-memory index because the index was\n9x larger and had to be rebuilt.\n\nSigned-off-by: Ada <ada@example.org>',
      { 'package.json': packageJson(['express', 'moment', 'better-sqlite3'], ['mocha']) },
    );
    const candidates = await repository.candidates();
    expect(candidates).toMatchObject([
      {
        rule: 'dependency-added',
        kind: 'decision',
        subject: 'npm:better-sqlite3',
        title: 'Use better-sqlite3 for session search',
        why: 'The index was 9x larger and had to be rebuilt.',
        considered: 'the in-memory index',
        paths: ['package.json'],
      },
    ]);
  });

  test('added without a word about it is not proposed', async () => {
    repository.commit('Show the list of users', {
      'package.json': packageJson(['express', 'moment', 'lodash'], ['mocha']),
    });
    expect(await repository.candidates()).toEqual([]);
  });

  test('replaced names what it took the place of', async () => {
    repository.commit(
      'Replace moment with date-fns\n\nmoment is 70 KB and no longer maintained, so date-fns it is.',
      {
        'package.json': packageJson(['express', 'date-fns'], ['mocha']),
      },
    );
    expect(await repository.candidates()).toMatchObject([
      {
        rule: 'dependency-replaced',
        subject: 'npm:date-fns',
        title: 'Replace moment with date-fns',
        why: 'moment is 70 KB and no longer maintained, so date-fns it is.',
        considered: 'moment, used until then',
      },
    ]);
  });

  test('removed with a reason is a decision, removed as unused is none', async () => {
    repository.commit('Drop moment because Intl does all we need', {
      'package.json': packageJson(['express'], ['mocha']),
    });
    expect(await summary()).toEqual([
      [
        'dependency-removed',
        'npm:moment',
        'Drop moment because Intl does all we need',
        'Intl does all we need.',
      ],
    ]);
    repository.commit('Remove unused express', { 'package.json': packageJson([], ['mocha']) });
    expect(await summary()).toEqual([]);
  });

  test('bumped, moved between tables or between manifests is no decision', async () => {
    const bumped = packageJson(['express', 'moment'], ['mocha']).replace('^1.0.0', '^1.2.0');
    repository.commit('Bump express to 1.2 because of a fix', { 'package.json': bumped });
    expect(await summary()).toEqual([]);
    repository.commit('Move moment to development because only tests use moment', {
      'package.json': packageJson(['express'], ['mocha', 'moment']),
    });
    expect((await summary()).map(([rule]) => rule)).not.toContain('dependency-added');
  });

  test('of a new manifest is part of what it brings', async () => {
    repository.commit('Add a second package with lodash because we want it', {
      'two/package.json': packageJson(['lodash']),
    });
    expect((await summary()).filter(([rule]) => rule.startsWith('dependency'))).toEqual([]);
  });

  test('is read from manifests of Python, Rust and Go as well', async () => {
    repository.commit('Manifests', {
      'requirements.txt': 'django>=4\n',
      'pyproject.toml': '[project]\nname = "x"\ndependencies = [\n  "httpx>=0.2",\n]\n',
      'Cargo.toml': '[package]\nname = "x"\n[dependencies]\nserde = "1"\n',
      'go.mod': 'module example.org/x\n\nrequire (\n\texample.org/a v1.0.0\n)\n',
    });
    for (const [subject, files] of [
      ['pypi:ruff-api', { 'requirements.txt': 'django>=4\nRuff_API[x]==1 # c\n' }],
      [
        'pypi:pydantic',
        { 'pyproject.toml': '[project]\nname = "x"\ndependencies = [\n  "httpx>=0.3",\n  "pydantic",\n]\n' },
      ],
      [
        'cargo:tokio',
        { 'Cargo.toml': '[package]\nname = "x"\n[dependencies]\nserde = "1"\ntokio = { version = "1" }\n' },
      ],
      [
        'go:github.com/spf13/cobra',
        {
          'go.mod':
            'module example.org/x\n\nrequire (\n\texample.org/a v1.0.0\n\tgithub.com/spf13/cobra v1.8.0\n\texample.org/i v1 // indirect\n)\n',
        },
      ],
    ] as const) {
      const name = subject.slice(subject.indexOf(':') + 1);
      repository.commit(`Add ${name} because it is what we need here`, files);
      expect((await summary()).map(([rule, about]) => [rule, about])).toEqual([
        ['dependency-added', subject],
      ]);
    }
  });
});

describe('a stated decision', () => {
  test('in a message is proposed with its reason and what was considered', async () => {
    repository.commit(
      'Store sessions as JSON Lines\n\nWe chose JSON Lines over SQLite because a torn line can be cut off.',
      { b: '1' },
    );
    expect(await repository.candidates()).toMatchObject([
      {
        rule: 'stated-decision',
        title: 'Chose JSON Lines over SQLite',
        why: 'A torn line can be cut off.',
        considered: 'SQLite',
        paths: ['b'],
      },
    ]);
  });

  test('in a subject needs no "we" where a reason is given', async () => {
    repository.commit('Switch from Jest to Vitest since it runs our ES modules unchanged', { b: '1' });
    expect(await summary()).toMatchObject([
      [
        'stated-decision',
        'stated:switch from jest to vitest',
        'Switch from Jest to Vitest',
        'It runs our ES modules unchanged.',
      ],
    ]);
  });

  test('in an added comment is proposed with its place', async () => {
    repository.commit('Add the cache', {
      'src/a.ts':
        'let a = 1;\n\n// We use a Map instead of an object because keys\n// come from users and `__proto__` is one.\nconst cache = new Map();\n',
    });
    expect(await repository.candidates()).toMatchObject([
      {
        title: 'Use a Map instead of an object',
        why: 'Keys come from users and `__proto__` is one.',
        considered: 'an object',
        paths: ['src/a.ts'],
        line: { path: 'src/a.ts', line: 3 },
      },
    ]);
  });

  test('said in message and comment alike is one decision', async () => {
    repository.commit('Use a Map instead of an object for the cache because keys come from users', {
      'src/a.ts': '// We use a Map instead of an object for the cache because keys come from users.\n',
    });
    expect(await repository.candidates()).toHaveLength(1);
  });

  test('that was only moved is not stated again', async () => {
    const comment = '// We use a Map instead of an object because keys come from users.\n';
    repository.commit('Add', { 'src/a.ts': comment });
    repository.commit('Move', { 'src/a.ts': '', 'src/b.ts': comment });
    expect(await repository.candidates()).toEqual([]);
  });

  test.each([
    'Should we use Redis instead of SQLite because it is faster?',
    'TODO: use Redis instead of SQLite because it is faster',
    'If we decided to use Redis it would be because of speed',
    'We have not decided to use Redis because of its licence',
    'Use const instead of let',
    'Fix a typo because it was wrong',
    'Update the docs since v2 is out',
    'Rename a variable so that it reads better',
    'Add tests',
    'wip: we decided to use X because of Y and Z',
    'fixup! We decided to use Redis because it is fast',
  ])('is not read into “%s”', async (message) => {
    repository.commit(message, { b: message });
    expect(await repository.candidates()).toEqual([]);
  });

  test('is not taken from quotes, code, trailers, Varve’s own files, vendored code or change logs', async () => {
    const stated = 'We decided to use X instead of Y because it was measured here.';
    repository.commit(
      `Change\n\n> ${stated}\n\n    ${stated}\n\n\`\`\`\n${stated}\n\`\`\`\n\nReviewed-by: ${stated}`,
      {
        '.varve/memory/a.md': stated,
        'vendor/a.go': `// ${stated}`,
        'CHANGELOG.md': stated,
        'src/b.ts': `const text = '${stated}';\n`,
        'README.md': `> ${stated}\n\n\`\`\`\n${stated}\n\`\`\`\n`,
      },
    );
    expect(await repository.candidates()).toEqual([]);
  });

  test('of a bot is none; of a merge or revert only in so many words', async () => {
    const change = { 'package.json': packageJson(['express', 'moment', 'lodash'], ['mocha']) };
    repository.commit(
      'Add lodash because we decided to use it for speed',
      change,
      '--author=renovate[bot] <bot@renovateapp.com>',
    );
    expect(await repository.candidates()).toEqual([]);
    repository.run('revert', '--no-edit', 'HEAD');
    expect(await repository.candidates()).toEqual([]);
    repository.commit('Revert "Show x"\n\nUse polling instead of events because it works.', { c: '1' });
    expect((await summary()).map(([rule]) => rule)).toEqual(['reverted']);
    repository.commit('Revert "Show x"\n\nWe decided to use polling because events get lost.', { c: '2' });
    expect(await summary()).toMatchObject([
      ['stated-decision', 'stated:use polling', 'Use polling', 'Events get lost.'],
    ]);
  });
});

describe('a secret', () => {
  test('in what would be recorded refuses the candidate and is not repeated', async () => {
    const key = `AKIA${'ABCDEFGHIJKLMNOP'}`;
    repository.commit(`We decided to use the key ${key} because the other one was rotated`, { b: '1' });
    const set = await repository.last();
    const [candidate] = await repository.candidates();
    const result = candidate === undefined ? undefined : toProposedRecord(candidate, set);
    expect(result).toMatchObject({ ok: false, error: { kind: 'secret' } });
    expect(JSON.stringify(result)).not.toContain(key);
  });
});
