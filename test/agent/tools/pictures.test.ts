import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createToolBench, type ToolBench } from './tool-bench.ts';

let bench: ToolBench;
beforeEach(async () => {
  bench = await createToolBench();
});
afterEach(() => bench.dispose());

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const png = bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR');

describe('read of what is not text', () => {
  test.each([
    ['png', png, 'image/png'],
    ['jpg', bytes('\xff\xd8\xff\xe0\0'), 'image/jpeg'],
    ['gif', bytes('GIF89a\0\0'), 'image/gif'],
    ['webp', bytes('RIFF\0\0\0\0WEBPVP8 '), 'image/webp'],
  ])('shows a %s, whatever it is called', async (_, content, mediaType) => {
    await bench.put({ 'shot.txt': content });
    const { ok, text, images } = await bench.call('read', { path: 'shot.txt' });
    expect({ ok, images }).toEqual({
      ok: true,
      images: [
        {
          type: 'image',
          source: { type: 'base64', media_type: mediaType, data: Buffer.from(content).toString('base64') },
        },
      ],
    });
    expect(text).toBe(`shot.txt: a picture (${mediaType}, ${content.length} bytes).`);
  });

  test('refuses a picture the server would not take', async () => {
    const large = new Uint8Array(5 * 1024 * 1024 + 1);
    large.set(png);
    await bench.put({ 'large.png': large });
    const result = await bench.call('read', { path: 'large.png' });
    expect(result).not.toHaveProperty('images');
    expect(result.text).toMatch(/a picture of 5242881 bytes, more than the 5242880/);
  });

  test.each([
    ['%PDF-1.7\n\xe2\xe3', /a PDF document .*pdftotext/],
    ['PK\x03\x04\x14\0', /a ZIP archive/],
    ['SQLite format 3\0\x10\0', /a SQLite database/],
    ['\x7fELF\x02\x01\0', /an ELF program/],
    ['\0\0\0\x20ftypisom', /a video/],
  ])('says what %j is', async (content, reason) => {
    await bench.put({ thing: bytes(content) });
    const result = await bench.call('read', { path: 'thing' });
    expect(result.ok).toBe(false);
    expect(result.text).toMatch(reason);
  });
});
