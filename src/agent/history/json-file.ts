import type { Files } from '../../base/files.ts';
import { type LooseObject, looseObject } from './loose-json.ts';
import { LineBytes } from './session-lines.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * A JSON file of somebody else, in bounded memory: in one of megabytes long strings are cut. Undefined for what is no
 * JSON, is torn or cannot be read.
 */
export async function readJsonValue(files: Files, path: string): Promise<unknown> {
  try {
    const status = await files.linkStatus(path);
    if (status?.kind !== 'file') return undefined;
    const content = new LineBytes(0);
    for (let at = 0; at < status.size; ) {
      const chunk = await files.readPart(path, at, Math.min(CHUNK_BYTES, status.size - at));
      if (chunk.length === 0) break;
      content.add(chunk);
      at += chunk.length;
    }
    return JSON.parse(content.text());
  } catch {
    return undefined;
  }
}

export async function readJsonFile(files: Files, path: string): Promise<LooseObject | undefined> {
  return looseObject(await readJsonValue(files, path));
}
