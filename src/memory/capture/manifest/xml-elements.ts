export interface XmlElement {
  /** Without a prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of the elements around it, outermost first. */
  readonly within: readonly string[];
  /** Text directly in it, trimmed. */
  readonly text: string;
  /** Which element it stands in, by place in the list; -1 for the outermost. */
  readonly parent: number;
}

const mostElements = 20_000;

/**
 * Elements of an XML text in the order of their start. No entities but the five of XML, nothing is fetched or
 * resolved; a text that is not well-formed gives what was read until then. Never throws.
 */
export function xmlElements(text: string): readonly XmlElement[] {
  const found: { -readonly [key in keyof XmlElement]: XmlElement[key] }[] = [];
  const open: number[] = [];
  const tag =
    /<!--[\s\S]*?(?:-->|$)|<[!?][^<>]*>|<(\/?)(?:[\w.-]{1,100}:)?([\w.-]{1,200})(?![\w.-])([^<>]*)>|([^<]+)/g;
  for (const [, closing, name, inside = '', between] of text.matchAll(tag)) {
    const around = found[open.at(-1) ?? -1];
    if (between !== undefined) {
      if (around !== undefined && around.text.length < 500) around.text += plain(between);
    } else if (name === undefined) continue;
    else if (closing === '/') {
      if (around?.name === name) open.pop();
    } else {
      if (found.length === mostElements) break;
      const within = around === undefined ? [] : [...around.within, around.name];
      found.push({ name, attributes: attributesOf(inside), within, text: '', parent: open.at(-1) ?? -1 });
      if (!inside.endsWith('/') && within.length < 100) open.push(found.length - 1);
    }
  }
  return found;
}

function attributesOf(inside: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...inside.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, key = '', double, single]) => [
      key,
      plain(double ?? single ?? ''),
    ]),
  );
}

function plain(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => named[name] ?? '').trim();
}
