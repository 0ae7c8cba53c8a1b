import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandIds, contextKeys, itemWords, settingIds, viewIds } from '../../src/views/contributions.ts';

const root = resolve(import.meta.dirname, '../..');

interface Menu {
  readonly command: string;
  readonly when?: string;
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
    }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly menus: Readonly<Record<string, readonly Menu[]>>;
    readonly keybindings: readonly Menu[];
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly configuration: readonly {
      readonly properties: Readonly<Record<string, { readonly scope: string }>>;
    }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly media: { readonly svg: string } }[];
    }[];
  };
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly activationEvents: readonly string[];
}

let text: string;
let manifest: Manifest;
let nls: Readonly<Record<string, string>>;
let sources: string;

beforeAll(async () => {
  text = await readFile(join(root, 'package.json'), 'utf8');
  manifest = JSON.parse(text) as Manifest;
  nls = JSON.parse(await readFile(join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
  const names = (await readdir(join(root, 'src/views'), { recursive: true })).filter((name) =>
    name.endsWith('.ts'),
  );
  sources = (await Promise.all(names.map((name) => readFile(join(root, 'src/views', name), 'utf8')))).join(
    '\n',
  );
});

const sorted = (values: Iterable<string>): readonly string[] => [...new Set(values)].sort();

describe('the manifest and the code', () => {
  it('name the same settings, each of them read and none settable by an untrusted workspace', () => {
    const named = manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
    expect(sorted(named)).toEqual(sorted(Object.values(settingIds)));
    expect(sorted(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations)).toEqual(sorted(named));
    for (const key of Object.keys(settingIds)) expect(sources).toContain(`settingIds.${key}`);
  });

  it('let no workspace say where a key is sent', () => {
    const properties = Object.assign(
      {},
      ...manifest.contributes.configuration.map(({ properties }) => properties),
    );
    for (const id of [settingIds.modelBaseUrl, settingIds.modelName, settingIds.permissionMode]) {
      expect(properties[id].scope).toBe('machine');
    }
  });

  it('ask in `when` only for context keys that the code sets, and for all of them', () => {
    const asked = text.match(/varve\.[a-zA-Z]+(?=[\s)"&|])/g) ?? [];
    const known = new Set<string>([...Object.values(commandIds), ...Object.values(viewIds)]);
    const keys = asked.filter((word) => !known.has(word) && !word.startsWith('varve.varve'));
    const named = sorted(keys).filter((key) => !Object.values(settingIds).some((id) => id.startsWith(key)));
    expect(named).toEqual(sorted(Object.values(contextKeys)));
  });

  it('test only words that rows have', () => {
    const words = [...text.matchAll(/\\\\b\(?([a-zA-Z|]+)\)?\\\\b/g)].flatMap(([, word = '']) =>
      word.split('|'),
    );
    const known = new Set<string>([...Object.values(itemWords), 'openable', 'previewable']);
    expect(words.filter((word) => !known.has(word))).toEqual([]);
    expect(words.length).toBeGreaterThan(20);
  });

  it('put only commands that exist into menus, keys and welcome texts', () => {
    const known = new Set<string>(Object.values(commandIds));
    const { menus, keybindings, viewsWelcome } = manifest.contributes;
    const used = [...Object.values(menus).flat(), ...keybindings].map(({ command }) => command);
    const linked = viewsWelcome.flatMap(({ contents }) =>
      [...(nls[contents.slice(1, -1)] ?? '').matchAll(/command:(varve\.[a-zA-Z.]+)/g)].map(
        ([, id = '']) => id,
      ),
    );
    expect([...used, ...linked].filter((id) => id !== 'runCommands' && !known.has(id))).toEqual([]);
  });

  it('bind no key without saying where it counts', () => {
    for (const { when } of manifest.contributes.keybindings) expect(when).toContain('focusedView');
  });
});

describe('the words of the manifest', () => {
  it('have no emoji', () => {
    expect(Object.values(nls).filter((words) => /\p{Extended_Pictographic}/u.test(words))).toEqual([]);
  });

  it('come with the pictures they speak of', async () => {
    for (const { steps } of manifest.contributes.walkthroughs) {
      expect(steps.length).toBeLessThanOrEqual(5);
      for (const { media } of steps)
        expect(await readFile(join(root, media.svg), 'utf8')).toContain('var(--vscode-');
    }
  });
});
