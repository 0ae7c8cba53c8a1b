import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: {
      readonly commandPalette?: readonly { readonly command: string; readonly when: string }[];
    };
    readonly configuration: readonly { readonly properties: Readonly<Record<string, unknown>> }[];
  };
  readonly scripts: Readonly<Record<string, string>>;
}

async function pages(): Promise<readonly string[]> {
  const top = (await readdir(repository)).filter((name) => name.endsWith('.md'));
  const below = await readdir(join(repository, 'docs'), { recursive: true });
  return [...top, ...below.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];
}

/** Relative links and pictures of a page that lead nowhere. */
function brokenLinks(text: string, page: string): readonly string[] {
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)|(?:src|href)="([^"]+)"/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  return links
    .filter((link) => !/^[a-z][a-z0-9+.-]*:|^#/i.test(link))
    .filter((link) => !existsSync(resolve(dirname(join(repository, page)), decodeURI(link.split('#')[0]!))));
}

/** `npm run X` and `npm X` in a page that package.json does not have. */
function unknownScripts(text: string, scripts: Readonly<Record<string, string>>): readonly string[] {
  const named = [...text.matchAll(/npm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
    (match) => match[1] ?? match[2]!,
  );
  return named.filter((name) => scripts[name] === undefined);
}

describe('the papers', () => {
  it('link only to what is there', async () => {
    for (const page of await pages()) {
      expect(brokenLinks(await readFile(join(repository, page), 'utf8'), page), page).toEqual([]);
    }
    expect(brokenLinks('[a](nowhere.md) ![b](https://x.invalid/p.png)', 'README.md')).toEqual(['nowhere.md']);
  });

  it('name only npm scripts that exist', async () => {
    const { scripts } = await manifest();
    for (const page of await pages()) {
      expect(unknownScripts(await readFile(join(repository, page), 'utf8'), scripts), page).toEqual([]);
    }
    expect(unknownScripts('npm run nonsense', scripts)).toEqual(['nonsense']);
  });

  it('list every command of the palette and every setting in the README, under its own name', async () => {
    const readme = await readFile(join(repository, 'README.md'), 'utf8');
    const { contributes } = await manifest();
    const hidden = new Set(
      (contributes.menus.commandPalette ?? [])
        .filter((item) => item.when === 'false')
        .map((item) => item.command),
    );
    const strings = JSON.parse(await readFile(join(repository, 'package.nls.json'), 'utf8')) as Record<
      string,
      string
    >;
    const titles = contributes.commands
      .filter((command) => !hidden.has(command.command))
      .map((command) => command.title.replace(/^%(.*)%$/, (_all, key: string) => strings[key] ?? key));
    const settings = contributes.configuration.flatMap((section) => Object.keys(section.properties));
    expect([...titles, ...settings].filter((name) => !readme.includes(name))).toEqual([]);
  });

  it('give every stored format a page that says its version', async () => {
    const formats = (await pages()).filter((page) => page.startsWith(join('docs', 'formats')));
    expect(formats.length).toBeGreaterThan(5);
    for (const page of formats) {
      expect(await readFile(join(repository, page), 'utf8'), relative(repository, page)).toMatch(/version/i);
    }
  });
});

async function manifest(): Promise<Manifest> {
  return JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as Manifest;
}
