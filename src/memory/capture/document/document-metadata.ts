export interface Field {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

const yaml = /^\uFEFF?\s*---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;
const toml = /^\uFEFF?\s*\+\+\+[ \t]*\r?\n([\s\S]*?)\r?\n\+\+\+[ \t]*(?:\r?\n|$)/;
const entry = /^(\s*)["']?([\p{L}][\p{L}\p{M}\p{N} _.-]*?)["']?\s*[:=](?:\s+(.*)|)$/u;
const tooMuch = 64 * 1024;

/**
 * The keys of YAML or TOML front matter, read line by line: `status: superseded by [x](y)` and placeholders in braces
 * are everyday in decision documents and no YAML. Lists become one value with commas; a key below a key has both names.
 */
export function readMetadata(text: string): { readonly fields: readonly Field[]; readonly rest: string } {
  const found = yaml.exec(text) ?? toml.exec(text);
  const block = found?.[1];
  if (found === null || block === undefined || block.length > tooMuch) return { fields: [], rest: text };
  const fields: { name: string; value: string; depth: number }[] = [];
  for (const line of block.split(/\r?\n/)) {
    const item = /^\s*-\s+(.*)$/.exec(line)?.[1];
    const last = fields.at(-1);
    if (item !== undefined && last !== undefined) {
      last.value = last.value === '' ? plain(item) : `${last.value}, ${plain(item)}`;
      continue;
    }
    const [, space = '', name = '', value = ''] = entry.exec(line) ?? [];
    if (name === '' || line.trim().startsWith('#')) continue;
    const above = fields.findLast((field) => field.depth < space.length);
    const full = space === '' || above === undefined ? name : `${above.name} ${name}`;
    fields.push({ name: full.toLowerCase().replace(/[_-]/g, ' '), value: plain(value), depth: space.length });
  }
  return { fields, rest: text.slice(found[0].length) };
}

function plain(value: string): string {
  const bare = value.trim().replace(/\s+#\s.*$/, '');
  const inner = /^(["'])(.*)\1$/.exec(bare)?.[2] ?? bare;
  const list = /^\[(?!\[)([^\]]*)\]$/.exec(inner)?.[1];
  return (list ?? inner)
    .split(',')
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .join(', ');
}
