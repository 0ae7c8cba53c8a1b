import { asObject, asText, readJsonObject } from '../manifest/json-text.ts';
import { textLines } from '../manifest/text-lines.ts';
import { isPassedOver } from '../passed-over.ts';

/** What others may build on, as a file declares it: `export ./x`, `path /users`, `rpc Users.Get`, `type User`. */
export type InterfaceParts = ReadonlySet<string>;

const readers: readonly (readonly [RegExp, (text: string) => readonly string[] | undefined])[] = [
  [/(?:^|\/)package\.json$/, exportsOf],
  [
    /(?:^|\/)(?:openapi|swagger|api)[^/]*\.(?:ya?ml|json)$|\.(?:openapi|swagger)\.(?:ya?ml|json)$/i,
    openApiPaths,
  ],
  [/\.proto$/, protoParts],
  [/\.(?:graphqls?|gql)$/, graphqlParts],
];

export function declaresInterface(path: string): boolean {
  return !isPassedOver(path) && readers.some(([pattern]) => pattern.test(path));
}

/** Undefined where the text declares no interface that can be read. Never throws. */
export function interfaceParts(path: string, text: string): InterfaceParts | undefined {
  const parts = readers.find(([pattern]) => pattern.test(path))?.[1](text);
  return parts === undefined ? undefined : new Set(parts);
}

function exportsOf(text: string): readonly string[] | undefined {
  const manifest = readJsonObject(text);
  const map = asObject(manifest?.['exports']);
  // A private package has no users outside its repository.
  if (map === undefined || manifest?.['private'] === true) return undefined;
  return Object.keys(map)
    .filter((key) => key.startsWith('.'))
    .map((key) => `export ${key}`);
}

function openApiPaths(text: string): readonly string[] | undefined {
  const json = text.trimStart().startsWith('{') ? readJsonObject(text) : undefined;
  if (json !== undefined) {
    const paths = asObject(json['paths']);
    const isApi = asText(json['openapi'] ?? json['swagger']) !== undefined;
    return paths === undefined || !isApi ? undefined : Object.keys(paths).map((path) => `path ${path}`);
  }
  if (!/^(?:openapi|swagger):/m.test(text)) return undefined;
  let inside = false;
  return textLines(text).flatMap((line) => {
    if (/^\S/.test(line)) inside = /^paths:/.test(line);
    const path = inside ? /^(?: {2}| {4})["']?(\/[^\s:"']*)["']?:/.exec(line)?.[1] : undefined;
    return path === undefined ? [] : [`path ${path}`];
  });
}

function protoParts(text: string): readonly string[] | undefined {
  if (!/^[ \t]*syntax\s*=|^[ \t]*(?:message|service)\s/m.test(text)) return undefined;
  let around = '';
  return textLines(text).flatMap((line) => {
    const block = /^\s*(message|service|enum)\s+(\w+)/.exec(line);
    if (block !== null) {
      around = block[2] ?? '';
      return [`${block[1]} ${around}`];
    }
    const call = /^\s*rpc\s+(\w+)/.exec(line)?.[1];
    const field = /^\s*(?:repeated |optional |required )?[\w.<>, ]+\s(\w+)\s*=\s*\d+/.exec(line)?.[1];
    if (call !== undefined) return [`rpc ${around}.${call}`];
    return field === undefined ? [] : [`field ${around}.${field}`];
  });
}

function graphqlParts(text: string): readonly string[] | undefined {
  let around = '';
  return textLines(text).flatMap((line) => {
    const block = /^\s*(?:extend\s+)?(type|interface|input|enum|union|scalar)\s+(\w+)/.exec(line);
    if (block !== null) {
      around = block[2] ?? '';
      return [`${block[1]} ${around}`];
    }
    if (/^\S/.test(line)) around = '';
    const field = around === '' ? undefined : /^\s+(\w+)\s*(?:\([^)]*\))?\s*:/.exec(line)?.[1];
    return field === undefined ? [] : [`field ${around}.${field}`];
  });
}
