import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { currentOwner } from '../../../src/base/process-identity.ts';
import { parseProjectConfig, renderProjectConfig } from '../../../src/memory/project/project-config.ts';
import { normaliseRemote } from '../../../src/memory/project/repository-facts.ts';
import {
  DEFAULT_SETTINGS,
  readSettings,
  type Settings,
  updateSettings,
  varveHome,
} from '../../../src/memory/project/settings.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';

async function update(home: string, change: (settings: Settings) => Settings) {
  return updateSettings({ files: nodeFiles, clock: systemClock, home, owner: await currentOwner() }, change);
}

describe('the shared settings', () => {
  it('are the defaults where there is no file, and reading makes none', async () => {
    const home = join(await temporaryDirectory(), 'home');
    expect(await readSettings(nodeFiles, home)).toEqual({
      ok: true,
      value: { settings: DEFAULT_SETTINGS, problems: [] },
    });
    await expect(stat(home)).rejects.toThrow('ENOENT');
  });

  it('are changed in place, unknown keys survive', async () => {
    const home = await temporaryDirectory();
    await writeFile(
      join(home, 'config.json'),
      '{"future": {"a": 1}, "model": {"name": "old", "new": 2}, "version": 1}',
    );
    const changed = await update(home, (settings) => ({
      ...settings,
      model: { baseUrl: 'http://127.0.0.1:1' },
    }));
    expect(changed.ok).toBe(true);
    const text = await readFile(join(home, 'config.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      future: { a: 1 },
      model: { baseUrl: 'http://127.0.0.1:1', new: 2 },
    });
    expect(JSON.parse(text).model).not.toHaveProperty('name');
    expect((await stat(join(home, 'config.json'))).mode & 0o077).toBe(0);
  });

  it('changed by several at once lose nothing', async () => {
    const home = await temporaryDirectory();
    const step = (settings: Settings) => ({ ...settings, retentionDays: settings.retentionDays + 1 });
    await Promise.all([1, 2, 3, 4].map(() => update(home, step)));
    expect(await readSettings(nodeFiles, home)).toMatchObject({ value: { settings: { retentionDays: 94 } } });
  });

  it('remember who was asked about sessions of other programs, and what a newer Varve put beside it', async () => {
    const home = await temporaryDirectory();
    const archive = { quotaMb: 'much', retentionDays: 30, future: 1, tools: { pi: { keep: false }, odd: 7 } };
    await writeFile(join(home, 'config.json'), JSON.stringify({ archive }));
    const read = await readSettings(nodeFiles, home);
    expect(read).toMatchObject({
      value: {
        settings: { archive: { quotaMb: 4096, retentionDays: 30, tools: { pi: { keep: false } } } },
        problems: [expect.stringContaining('archive.tools.odd'), expect.stringContaining('archive.quotaMb')],
      },
    });
    await update(home, (settings) => {
      const { retentionDays: _, ...rest } = settings.archive;
      return {
        ...settings,
        archive: { ...rest, tools: { ...rest.tools, codex: { keep: true, shownBytes: 5 } } },
      };
    });
    expect(JSON.parse(await readFile(join(home, 'config.json'), 'utf8')).archive).toEqual({
      quotaMb: 4096,
      future: 1,
      tools: { pi: { keep: false }, odd: 7, codex: { keep: true, shownBytes: 5 } },
    });
  });

  it('say which value was not understood, and go on with its default', async () => {
    const home = await temporaryDirectory();
    const written = {
      capture: { decision: 'sometimes', gotcha: 'never' },
      retentionDays: -1,
      budget: { tokensPerDay: 'few' },
      model: { name: 7 },
    };
    await writeFile(join(home, 'config.json'), JSON.stringify(written));
    const read = await readSettings(nodeFiles, home);
    expect(read).toMatchObject({
      value: { settings: { capture: { decision: 'proposed', gotcha: 'never' }, retentionDays: 90 } },
    });
    expect(read.ok && read.value.problems).toHaveLength(4);
  });

  it('of a newer version, or damaged, are never written over', async () => {
    const home = await temporaryDirectory();
    for (const text of ['{"version": 2, "retentionDays": 5}', '{"version": 1,']) {
      await writeFile(join(home, 'config.json'), text);
      expect(await update(home, (settings) => settings)).toMatchObject({ error: { kind: 'read-only' } });
      expect(await readFile(join(home, 'config.json'), 'utf8')).toBe(text);
    }
  });

  it('stand in $VARVE_HOME, else below the home directory', () => {
    expect(varveHome({}, '/home/ada')).toBe('/home/ada/.varve');
    expect(varveHome({ VARVE_HOME: '' }, '/home/ada')).toBe('/home/ada/.varve');
    expect(varveHome({ VARVE_HOME: '/x/../y' }, '/home/ada')).toBe('/y');
    expect(varveHome({ VARVE_HOME: 'memory' }, '/home/ada')).toBe('/home/ada/memory');
  });

  it('that cannot be read for a reason of the system say so', async () => {
    const home = await temporaryDirectory();
    await mkdir(join(home, 'config.json'));
    expect(await readSettings(nodeFiles, home)).toMatchObject({ error: { kind: 'io', code: 'EISDIR' } });
  });
});

describe('the configuration of a project', () => {
  const id = '01KAN4ZZZZZZZZZZZZZZABCDEF';

  it('reads what it wrote and keeps unknown keys in place', () => {
    const text = renderProjectConfig(
      { version: 1, id, kinds: ['decision'] },
      '{"x": 1, "kinds": ["gotcha"]}',
    );
    expect(text).toBe(
      `{\n  "x": 1,\n  "kinds": [\n    "decision"\n  ],\n  "version": 1,\n  "id": "${id}"\n}\n`,
    );
    expect(parseProjectConfig(text)).toEqual({
      kind: 'config',
      config: { version: 1, id, kinds: ['decision'] },
    });
    expect(parseProjectConfig(`\uFEFF${text}`)).toMatchObject({ kind: 'config' });
  });

  it('never throws', () => {
    const texts = [
      '',
      'null',
      '[]',
      '{"version":"1"}',
      '{"version":0}',
      '{"id":"../x"}',
      '{"version":3,"id":"x"}',
    ];
    expect(texts.map((text) => parseProjectConfig(text).kind)).toEqual([
      'unreadable',
      'unreadable',
      'unreadable',
      'unreadable',
      'unreadable',
      'unreadable',
      'newer',
    ]);
  });
});

describe('a remote', () => {
  it('is the same however it is written', () => {
    const forms = [
      'https://github.com/a/b.git',
      'https://ada:secret@GitHub.com/a/b/',
      'git@github.com:a/b.git',
      'ssh://git@github.com:22/a/b',
    ];
    expect(forms.map(normaliseRemote)).toEqual(forms.map(() => 'github.com/a/b'));
    expect(normaliseRemote('/srv/git/a.git')).toBe('/srv/git/a.git');
    expect(normaliseRemote('C:\\git\\a')).toBe('C:\\git\\a');
  });
});
