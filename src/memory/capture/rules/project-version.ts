import { asText, readJsonObject } from '../manifest/json-text.ts';
import { quoted, tomlLines } from '../manifest/toml-lines.ts';
import { xmlElements } from '../manifest/xml-elements.ts';
import { isPassedOver } from '../passed-over.ts';

type Reader = (text: string) => string | undefined;

const first =
  (pattern: RegExp): Reader =>
  (text) =>
    pattern.exec(text)?.[1];

const readers: readonly (readonly [RegExp, Reader])[] = [
  [
    /(?:^|\/)(?:package|composer|deno|jsr|manifest|lerna)\.json$/,
    (text) => asText(readJsonObject(text)?.['version']),
  ],
  [/(?:^|\/)(?:Cargo|pyproject)\.toml$/, tomlVersion],
  [
    /(?:^|\/)pom\.xml$/,
    (text) => xmlElements(text).find(({ name, parent }) => name === 'version' && parent === 0)?.text,
  ],
  [/(?:^|\/)VERSION(?:\.txt)?$/i, first(/^\s*v?(\d\S*)\s*$/)],
  [/\.gemspec$|(?:^|\/)version\.rb$/, first(/\bversion\s*=\s*["']([^"']+)/i)],
  [
    /(?:^|\/)(?:__init__|__version__|_version|version|about|__about__)\.py$/,
    first(/^__version__\s*=\s*["']([^"']+)/m),
  ],
  [/(?:^|\/)setup\.(?:py|cfg)$/, first(/^[ \t]*version\s*=\s*["']?([\d][^"',\s]*)/m)],
  [/(?:^|\/)build\.gradle(?:\.kts)?$/, first(/^[ \t]*version\s*=?\s*["']([^"']+)/m)],
  [/(?:^|\/)gradle\.properties$/, first(/^(?:version|VERSION_NAME|projectVersion)\s*=\s*(\S+)/m)],
  [/\.(?:cs|fs|vb)proj$|(?:^|\/)Directory\.Build\.props$/, first(/<(?:Version|VersionPrefix)>\s*([^<\s]+)/)],
  [/(?:^|\/)mix\.exs$/, first(/\bversion:\s*"([^"]+)"|@version\s+"([^"]+)"/)],
  [/(?:^|\/)pubspec\.ya?ml$/, first(/^version:\s*["']?([^\s"'+]+)/m)],
  [/(?:^|\/)Chart\.yaml$/, first(/^version:\s*["']?([^\s"']+)/m)],
  [/(?:^|\/)CMakeLists\.txt$/, first(/\bproject\s*\([^)]{0,200}?\bVERSION\s+([\d.]+)/i)],
];

export function mayNameVersion(path: string): boolean {
  return !isPassedOver(path) && readers.some(([pattern]) => pattern.test(path));
}

/** The version a manifest gives its own project; undefined where it gives none. Never throws. */
export function projectVersion(path: string, text: string): string | undefined {
  return readers
    .find(([pattern]) => pattern.test(path))?.[1](text)
    ?.trim();
}

function tomlVersion(text: string): string | undefined {
  const line = tomlLines(text).find(
    ({ table, key }) =>
      key === 'version' && /^(?:package|workspace\.package|project|tool\.poetry)$/.test(table),
  );
  return line === undefined ? undefined : quoted(line.value);
}
