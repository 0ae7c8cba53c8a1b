import { unifiedDiff } from '../../../base/text-diff.ts';
import { type ContentSurroundings, type RestoreStep, readContent } from './restore-steps.ts';

/** A text longer than this is not compared line by line. */
const MAX_DIFF_BYTES = 512 * 1024;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** What a step changes, as a unified diff; a sentence where there is no text, or too much of it. */
export async function diffOf(around: ContentSurroundings, step: RestoreStep): Promise<string> {
  const { path, now, wanted } = step;
  const modes =
    now?.kind === 'file' && wanted.kind === 'file' && now.mode !== wanted.mode
      ? `Mode of ${path}: ${now.mode.toString(8)} becomes ${wanted.mode.toString(8)}.\n`
      : '';
  if (now?.kind === 'file' && wanted.kind === 'file' && now.object === wanted.hash) return modes;
  const [before, after] = await Promise.all([textNow(around, now), textWanted(around, wanted)]);
  if (before === undefined || after === undefined) {
    return `${modes}Content of ${path}: ${sizeWords(now)} (no text, or too long to be shown).\n`;
  }
  return `${modes}${unifiedDiff(path, before, after)}`;
}

function textNow(around: ContentSurroundings, now: RestoreStep['now']): Promise<string | undefined> {
  if (now === undefined) return Promise.resolve('');
  if (now.kind === 'link') return Promise.resolve(`link to ${now.target}\n`);
  if (now.size > MAX_DIFF_BYTES) return Promise.resolve(undefined);
  return readContent(around, { kind: 'object', object: now.object }).then(textOf);
}

function textWanted(around: ContentSurroundings, wanted: RestoreStep['wanted']): Promise<string | undefined> {
  if (wanted.kind === 'nothing') return Promise.resolve('');
  if (wanted.kind === 'link') return Promise.resolve(`link to ${wanted.target}\n`);
  return readContent(around, wanted.source).then(textOf);
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.length > MAX_DIFF_BYTES || bytes.includes(0)) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function sizeWords(now: RestoreStep['now']): string {
  if (now === undefined) return 'comes back';
  return now.kind === 'file' ? `${now.size} bytes now` : 'a link now';
}
