import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  commandIds,
  containerId,
  contextKeys,
  schemes,
  settingIds,
  viewIds,
} from '../../src/views/contributions.ts';
import { type CodeIds, type Manifest, manifestProblems, type Surroundings } from './manifest-problems.ts';

const repository = resolve(import.meta.dirname, '../..');
const code: CodeIds = {
  commands: Object.values(commandIds),
  containers: [containerId],
  views: Object.values(viewIds),
  settings: Object.values(settingIds),
  contextKeys: Object.values(contextKeys),
  schemes: Object.values(schemes),
};

let text: string;
let surroundings: Surroundings;

beforeAll(async () => {
  text = await readFile(join(repository, 'package.json'), 'utf8');
  const strings = JSON.parse(await readFile(join(repository, 'package.nls.json'), 'utf8')) as Record<
    string,
    string
  >;
  surroundings = { strings, fileExists: (path) => existsSync(join(repository, path)) };
});

function manifest(): Manifest {
  return JSON.parse(text) as Manifest;
}

/** The manifest's text with one thing changed, which has to be there to be changed. */
function withFault(from: string | RegExp, to: string): Manifest {
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return JSON.parse(changed) as Manifest;
}

describe('package.json and the code', () => {
  it('say the same', () => {
    expect(manifestProblems(manifest(), code, surroundings)).toEqual([]);
  });

  it.each<readonly [string, string | RegExp, string, string]>([
    [
      'a command that no code has',
      /"command": "varve\.setUp",\s*"title"/,
      '"command": "varve.nobody", "title"',
      'varve.nobody is declared and not in the code',
    ],
    [
      'a view that no code has',
      '"id": "varve.inbox"',
      '"id": "varve.letters"',
      'view varve.letters is declared',
    ],
    [
      'a setting that no code reads',
      '"varve.model.name": {',
      '"varve.model.nobody": {',
      'setting varve.model.nobody is declared',
    ],
    [
      'a title without its string',
      '%command.setUp.title%',
      '%command.nobody.title%',
      '%command.nobody.title% has no string',
    ],
    [
      'a when clause on a key that nothing sets',
      'varve.hasPending',
      'varve.hasNothing',
      'varve.hasNothing, which nothing sets',
    ],
    [
      'an activation for everybody',
      '"onFileSystem:varve-effective"',
      '"onStartupFinished"',
      'would start Varve for everybody',
    ],
    ['media that is not there', 'media/icon.png', 'media/nowhere.png', 'media/nowhere.png is not there'],
  ])('would not pass with %s', (_what, from, to, sentence) => {
    const problems = manifestProblems(withFault(from, to), code, surroundings);
    expect(problems.join('\n')).toContain(sentence);
  });

  it('would not pass with a command that the manifest lacks', () => {
    const more = { ...code, commands: [...code.commands, 'varve.unheardOf'] };
    expect(manifestProblems(manifest(), more, surroundings)).toEqual([
      'command varve.unheardOf is in the code and not declared',
    ]);
  });

  it('declares what untrusted and virtual workspaces may do', () => {
    const { capabilities, extensionKind } = JSON.parse(text) as {
      capabilities: Record<
        string,
        { supported: unknown; description?: string; restrictedConfigurations?: string[] }
      >;
      extensionKind: string[];
    };
    expect(capabilities['untrustedWorkspaces']).toMatchObject({ supported: 'limited' });
    expect(capabilities['untrustedWorkspaces']?.restrictedConfigurations).toEqual(
      expect.arrayContaining([settingIds.modelName, settingIds.modelBaseUrl]),
    );
    expect(capabilities['virtualWorkspaces']).toMatchObject({
      supported: false,
      description: expect.any(String),
    });
    expect(extensionKind).toEqual(['workspace']);
  });
});
