import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { INSTRUCTIONS } from '../recording-place.ts';

type Json = { readonly [name: string]: unknown };

/**
 * Copies the rollouts below the directories `names` of `from` without the text of the program's makers: what stays is
 * how they are made. `neutral` puts names in place of those of this machine.
 */
export async function keepRollouts(
  from: string,
  names: readonly string[],
  into: string,
  neutral: (text: string) => string,
): Promise<void> {
  const kept = new Map<string, string>();
  for (const path of await filesBelow(from, names)) {
    const bytes = await readFile(join(from, path));
    const text = (path.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes).toString('utf8');
    kept.set(path, neutralRollout(text, neutral));
  }
  // By their own ids, which are in the order of time: a file begins behind another one that is older.
  const byId = [...kept.keys()].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
  for (const path of byId) {
    const text = measured(kept.get(path) ?? '', (id) => kept.get(byId.find((one) => idOf(one) === id) ?? ''));
    kept.set(path, text);
    // What is packed is no lines, which the tests of all readers want.
    const target = join(into, path.endsWith('.zst') ? 'packed/.codex' : '.codex', path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, path.endsWith('.zst') ? zstdCompressSync(Buffer.from(text)) : text);
  }
}

async function filesBelow(from: string, names: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names) {
    const entries = await readdir(join(from, name), { withFileTypes: true, recursive: true });
    for (const entry of entries)
      if (entry.isFile()) found.push(join(entry.parentPath, entry.name).slice(from.length + 1));
  }
  return found;
}

function idOf(path: string): string {
  return /([0-9a-f-]{36})\.jsonl(?:\.zst)?$/.exec(path)?.[1] ?? path;
}

/** What a file says of the length of another one is put right. */
function measured(text: string, textOf: (id: string) => string | undefined): string {
  const base = /"history_base":\{"thread_id":"([0-9a-f-]{36})","end_ordinal_exclusive":(\d+),/.exec(text);
  const lines = textOf(base?.[1] ?? '')?.split('\n') ?? [];
  if (!base) return text;
  const before = lines.filter((line) => line !== '' && ordinalOf(line) < Number(base[2]));
  const length = Buffer.byteLength(before.map((line) => `${line}\n`).join(''));
  return text.replace(/"end_byte_offset":\d+/, `"end_byte_offset":${length}`);
}

function ordinalOf(line: string): number {
  return Number((JSON.parse(line) as Json)['ordinal']);
}

function neutralRollout(text: string, neutral: (text: string) => string): string {
  const records = text.split('\n').filter((line) => line !== '');
  return `${records.map((line) => neutral(JSON.stringify(withoutText(JSON.parse(line) as Json)))).join('\n')}\n`;
}

function withoutText(record: Json): Json {
  const payload = record['payload'] as Json;
  return { ...record, payload: change[record['type'] as string]?.(payload) ?? payload };
}

const change: Readonly<Record<string, (payload: Json) => Json>> = {
  session_meta: (payload) => ({
    ...payload,
    ...('base_instructions' in payload && { base_instructions: { text: INSTRUCTIONS } }),
    ...('dynamic_tools' in payload && { dynamic_tools: [] }),
  }),
  world_state: (payload) => ({ ...payload, state: {} }),
  turn_context: (payload) => ({
    ...payload,
    ...(payload['user_instructions'] ? { user_instructions: INSTRUCTIONS } : {}),
  }),
  response_item: withoutInstructions,
  compacted: (payload) => ({
    ...payload,
    message: withoutPreface(payload['message'] as string),
    replacement_history: (payload['replacement_history'] as readonly Json[] | undefined)?.map(
      withoutInstructions,
    ),
  }),
};

function withoutInstructions(item: Json): Json {
  if (item['type'] === 'additional_tools') return { ...item, tools: [] };
  if (item['type'] !== 'message') return item;
  const kinds = (item['internal_chat_message_metadata_passthrough'] as Json | undefined)?.[
    'content_item_kinds'
  ] as readonly string[] | undefined;
  const parts = item['content'] as readonly Json[];
  const content = parts.map((part, index) => {
    const kind = kinds?.[index] ?? '';
    const isOurs = item['role'] === 'assistant' || kind.startsWith('user.') || kind === 'shell.user_command';
    const said = part['text'];
    if (typeof said !== 'string' || isOurs) return part;
    // How it begins is how it is known.
    const [begin = ''] = /^(?:<[\w ]+>|# [^\n]{0,60})/.exec(said) ?? [];
    return { ...part, text: item['role'] === 'developer' ? INSTRUCTIONS : `${begin}\n${INSTRUCTIONS}` };
  });
  return { ...item, content: content.map((part) => ({ ...part, ...summary(part) })) };
}

/** The summary of a compaction stands behind words of the makers. */
function summary(part: Json): Json {
  const said = part['text'];
  return typeof said === 'string' && said.startsWith(PREFACE) ? { text: withoutPreface(said) } : {};
}

const PREFACE = 'Another language model started';

function withoutPreface(text: string): string {
  if (!text.startsWith(PREFACE)) return text;
  return `${INSTRUCTIONS}\n${text.slice(text.indexOf('\n') + 1)}`;
}
