import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { pictureObject } from '../loop/history.ts';
import type { ContentBlock, ImageBlock, Message, TextBlock } from '../model/model.ts';
import type { KeptPicture } from './journal-event.ts';
import { objectPath, storeObject } from './object-store.ts';

/** Keeps pictures of a result in `objects/`: a journal holds their names only. Rejects with the file system's error. */
export async function keepPictures(
  files: Files,
  objectsDirectory: string,
  images: readonly ImageBlock[],
): Promise<readonly KeptPicture[]> {
  const kept: KeptPicture[] = [];
  for (const { source } of images) {
    const bytes = Buffer.from(source.data, 'base64');
    await storeObject(files, objectsDirectory, bytes);
    kept.push({ media_type: source.media_type, object: sha256(bytes) });
  }
  return kept;
}

/** A conversation from a journal with its pictures as they were; in the place of one that is gone a line says so. */
export async function withPictures(
  files: Files,
  objectsDirectory: string,
  messages: readonly Message[],
): Promise<readonly Message[]> {
  const load = (block: TextBlock | ImageBlock) => loadPicture(files, objectsDirectory, block);
  return Promise.all(
    messages.map(async (message) => {
      if (!message.content.some(holdsPictures)) return message;
      const content = message.content.map(async (block): Promise<ContentBlock> => {
        if (!holdsPictures(block)) return block;
        return { ...block, content: await Promise.all(block.content.map(load)) };
      });
      return { ...message, content: await Promise.all(content) };
    }),
  );
}

type ResultWithPictures = Extract<ContentBlock, { type: 'tool_result' }> & {
  readonly content: readonly (TextBlock | ImageBlock)[];
};

function holdsPictures(block: ContentBlock): block is ResultWithPictures {
  return block.type === 'tool_result' && typeof block.content !== 'string';
}

async function loadPicture(
  files: Files,
  objectsDirectory: string,
  block: TextBlock | ImageBlock,
): Promise<TextBlock | ImageBlock> {
  const object = block.type === 'image' ? pictureObject(block) : undefined;
  if (block.type === 'text' || object === undefined) return block;
  const bytes = await files.readFile(objectPath(objectsDirectory, object)).catch(() => undefined);
  if (bytes === undefined || sha256(bytes) !== object)
    return { type: 'text', text: '[The picture that stood here is no longer kept.]' };
  return { type: 'image', source: { ...block.source, data: Buffer.from(bytes).toString('base64') } };
}
