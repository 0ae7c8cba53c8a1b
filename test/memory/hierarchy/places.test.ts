import { describe, expect, test } from 'vitest';
import { claudeDirectories } from '../../../src/memory/hierarchy/claude-code/claude-directories.ts';
import { expandBraces, splitList } from '../../../src/memory/hierarchy/expand-braces.ts';
import { directoriesDown, isInside, shortPath } from '../../../src/memory/hierarchy/places.ts';

describe('patterns', () => {
  test('braces are expanded, nested ones too, and over the limit left as they are', () => {
    expect(expandBraces('src/*.{ts,tsx}', 10)).toEqual(['src/*.ts', 'src/*.tsx']);
    expect(expandBraces('{a,b{c,d}}/\\{x,y\\}', 10)).toEqual(['a/\\{x,y\\}', 'bc/\\{x,y\\}', 'bd/\\{x,y\\}']);
    expect(expandBraces('{a,b}'.repeat(20), 1000)).toEqual(['{a,b}'.repeat(20)]);
    expect(expandBraces('a{b', 10)).toEqual(['a{b']);
  });

  test('a comma within braces does not split a list', () => {
    expect(splitList('src/**, *.{ts,tsx},')).toEqual(['src/**', '*.{ts,tsx}']);
  });
});

describe('places', () => {
  test('a name that begins like the directory, or with two dots, is judged by its parts', () => {
    expect(isInside('/a/bc', '/a/b')).toBe(false);
    expect(isInside('/a/..b', '/a')).toBe(true);
    expect(directoriesDown('/a', '/a/b/c')).toEqual(['/a', '/a/b', '/a/b/c']);
    expect(directoriesDown('/a/b', '/a')).toEqual([]);
  });

  test('paths are short for people', () => {
    const bases = { root: '/h/p', homeDirectory: '/h' };
    expect(['/h/p/x', '/h/.claude/y', '/etc/z', '/h/p'].map((path) => shortPath(path, bases))).toEqual([
      'x',
      '~/.claude/y',
      '/etc/z',
      '.',
    ]);
  });

  test('directories of Claude Code follow the system and CLAUDE_CONFIG_DIR', () => {
    expect(claudeDirectories({}, '/home/u', 'linux')).toEqual({
      configDirectory: '/home/u/.claude',
      managedDirectory: '/etc/claude-code',
    });
    expect(claudeDirectories({ CLAUDE_CONFIG_DIR: '/c' }, '/home/u', 'darwin')).toEqual({
      configDirectory: '/c',
      managedDirectory: '/Library/Application Support/ClaudeCode',
    });
    expect(claudeDirectories({}, 'C:\\Users\\u', 'win32')).toEqual({
      configDirectory: 'C:\\Users\\u\\.claude',
      managedDirectory: 'C:\\Program Files\\ClaudeCode',
    });
  });
});
