import { join, normalize } from 'node:path';
import { asObject, parseSettings } from './json-with-comments.ts';
import type { PlainReading } from './plain-reading.ts';

const MAX_NAMES = 20;

export interface GeminiSettings {
  /** `~/.gemini`, in `$GEMINI_CLI_HOME` where that is set. */
  readonly home: string;
  readonly names: readonly string[];
  /** What the upward search ends at. */
  readonly boundaryMarkers: readonly string[];
}

/**
 * `context.fileName` and `context.memoryBoundaryMarkers` of the user's and the workspace's `.gemini/settings.json`; the
 * workspace wins. Whatever names are set, GEMINI.md stays one of them (Gemini CLI 0.61.0, though its documentation
 * speaks of replacing it). The machine's own settings are not looked at.
 */
export async function readGeminiSettings(reading: PlainReading): Promise<GeminiSettings> {
  const { environment, homeDirectory, cwd } = reading.input;
  const home = join(environment['GEMINI_CLI_HOME'] || homeDirectory, '.gemini');
  let names: readonly string[] = [];
  let boundaryMarkers: readonly string[] = ['.git'];
  for (const path of [join(home, 'settings.json'), join(cwd, '.gemini', 'settings.json')]) {
    const text = await reading.text(path);
    if (text === undefined) continue;
    reading.watch(path);
    const values = parseSettings(text);
    if (values === undefined)
      reading.addProblem(path, 'This file is not valid JSON; its settings were not used.');
    const context = asObject(values?.['context']);
    names = texts(context?.['fileName'], 1) ?? names;
    boundaryMarkers = texts(context?.['memoryBoundaryMarkers'], 0) ?? boundaryMarkers;
  }
  const all = [...names.map((name) => normalize(name.trim())), 'GEMINI.md'];
  return { home, names: [...new Set(all)], boundaryMarkers };
}

function texts(value: unknown, atLeast: number): readonly string[] | undefined {
  const all = typeof value === 'string' ? [value] : Array.isArray(value) ? value : undefined;
  const found = all?.filter((item) => typeof item === 'string' && item.trim() !== '').slice(0, MAX_NAMES);
  return found !== undefined && found.length >= atLeast ? (found as readonly string[]) : undefined;
}
