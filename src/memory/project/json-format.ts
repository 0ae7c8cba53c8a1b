/** A JSON object as it stands on disk, keys in order. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Turns what version N wrote into what version N + 1 writes. */
export type Migration = (old: JsonObject) => JsonObject;

export type ReadJson =
  | { readonly kind: 'current'; readonly value: JsonObject }
  | { readonly kind: 'newer'; readonly version: number; readonly value: JsonObject }
  | { readonly kind: 'unreadable'; readonly message: string };

/**
 * Reads a versioned JSON file of Varve and brings it to the newest version: `migrations[0]` goes from 1 to 2, and so
 * on. A byte order mark is fine; a file without `version` counts as version 1. Never throws.
 */
export function readVersionedJson(text: string, migrations: readonly Migration[]): ReadJson {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { kind: 'unreadable', message: 'it is not valid JSON' };
  }
  if (!isJsonObject(value)) return { kind: 'unreadable', message: 'it is not a JSON object' };
  const version = value['version'] ?? 1;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return { kind: 'unreadable', message: 'its "version" is not a whole number from 1' };
  }
  const newest = migrations.length + 1;
  if (version > newest) return { kind: 'newer', version, value };
  const migrated = migrations.slice(version - 1).reduce<JsonObject>((old, migrate) => migrate(old), value);
  return { kind: 'current', value: { ...migrated, version: newest } };
}

/** Pretty JSON with a final line end; the keys of `known` replace or join those of `existing`, others survive in place. */
export function renderJson(known: JsonObject, existing: JsonObject = {}): string {
  return `${JSON.stringify({ ...existing, ...known }, undefined, 2)}\n`;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
