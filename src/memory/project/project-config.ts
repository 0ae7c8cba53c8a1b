import { isJsonObject, type Migration, readVersionedJson, renderJson, textList } from './json-format.ts';

/** `.varve/config.json`, committed with the repository. */
export interface ProjectConfig {
  readonly version: 1;
  /** ULID, minted once. */
  readonly id: string;
  /** Record kinds kept; may tighten a user's settings, never loosen. Empty: as the user's settings say. */
  readonly kinds: readonly string[];
}

export type ParsedConfig =
  | { readonly kind: 'config'; readonly config: ProjectConfig }
  | { readonly kind: 'newer'; readonly version: number; readonly id: string | undefined }
  | { readonly kind: 'unreadable'; readonly message: string };

/** None yet: version 1 is the first. */
const MIGRATIONS: readonly Migration[] = [];
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** The file comes with a repository, so its id is only taken when it has the form of one: it names a directory. */
export function isProjectId(value: unknown): value is string {
  return typeof value === 'string' && ULID.test(value);
}

/** Never throws. The message of `unreadable` ends a sentence. */
export function parseProjectConfig(text: string): ParsedConfig {
  const read = readVersionedJson(text, MIGRATIONS);
  if (read.kind === 'unreadable') return read;
  const { id, kinds } = read.value as { id?: unknown; kinds?: unknown };
  const validId = isProjectId(id) ? id : undefined;
  if (read.kind === 'newer') return { kind: 'newer', version: read.version, id: validId };
  if (validId === undefined) return { kind: 'unreadable', message: 'its "id" is not a project id' };
  return { kind: 'config', config: { version: 1, id: validId, kinds: textList(kinds) } };
}

/** Pretty JSON with a final line end. Unknown keys of `existing` (the text that stands there) survive. */
export function renderProjectConfig(config: ProjectConfig, existing?: string): string {
  const known = { version: config.version, id: config.id, kinds: [...config.kinds] };
  const read = existing === undefined ? undefined : readVersionedJson(existing, MIGRATIONS);
  return renderJson(known, read?.kind === 'current' && isJsonObject(read.value) ? read.value : {});
}
