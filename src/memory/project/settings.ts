import { isAbsolute, join, normalize, resolve } from 'node:path';
import { readIfThere, replaceFile } from '../../base/atomic-write.ts';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { type IoProblem, ioProblem } from '../../base/io-problem.ts';
import { acquireLock, type LockOwner } from '../../base/lock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import {
  type ArchiveSettings,
  DEFAULT_ARCHIVE,
  mergeArchive,
  understandArchive,
} from './archive-settings.ts';
import {
  isJsonObject,
  type JsonObject,
  type Migration,
  readVersionedJson,
  renderJson,
} from './json-format.ts';
import { type RecordKind, recordKinds } from './record-kind.ts';

export type CapturePolicy = 'proposed' | 'accepted' | 'never';

/** `$VARVE_HOME/config.json`: shared by every face. */
export interface Settings {
  readonly version: 1;
  readonly model: { readonly name?: string; readonly baseUrl?: string };
  /** What happens to a record captured from the owner's own commits, by kind. */
  readonly capture: Readonly<Record<RecordKind, CapturePolicy>>;
  /** A model may put these kinds of proposals into better words; none unless the user says so. */
  readonly refine: RefineSettings;
  /** Limit of all runs of a day (UTC) together, subagents' included; none unless set. */
  readonly budget: { readonly tokensPerDay?: number };
  readonly proposedPlace: 'working-tree' | 'machine';
  /** `ignored`: checkpoints keep files that git ignores, too. */
  readonly checkpoints: { readonly ignored: boolean };
  /** Whether commands of a run are confined: where it can be done, always (a run does not start without), never. */
  readonly sandbox: 'auto' | 'on' | 'off';
  /** Days that objects, journals and checkpoints are kept. */
  readonly retentionDays: number;
  /** Megabytes that one project's local state may take; above it the oldest ended sessions go before their time. */
  readonly stateQuotaMb: number;
  /** Whose sessions are kept before their program deletes them, and how much of them. */
  readonly archive: ArchiveSettings;
}

export interface RefineSettings {
  readonly kinds: readonly RecordKind[];
  /** A model may put the brief of a session into better words. */
  readonly briefs: boolean;
  /** Caps of one day (UTC) over all projects; a call that could go over one is not made. */
  readonly tokensPerDay: number;
  readonly usdPerDay: number;
}

export interface ReadSettings {
  readonly settings: Settings;
  /** A sentence; set when the file was written by a newer version, or is no JSON. */
  readonly readOnly?: string;
  /** Sentences about values that were not understood; their defaults count. */
  readonly problems: readonly string[];
}

export type SettingsProblem =
  | { readonly kind: 'read-only'; readonly message: string }
  | { readonly kind: 'busy'; readonly message: string }
  | IoProblem;

const POLICIES: readonly CapturePolicy[] = ['proposed', 'accepted', 'never'];
const PLACES: readonly Settings['proposedPlace'][] = ['working-tree', 'machine'];
const SANDBOXES: readonly Settings['sandbox'][] = ['auto', 'on', 'off'];
const LOCK_TIMEOUT_MS = 5_000;
/** None yet: version 1 is the first. */
const MIGRATIONS: readonly Migration[] = [];

export const DEFAULT_SETTINGS: Settings = {
  version: 1,
  model: {},
  capture: {
    decision: 'proposed',
    milestone: 'proposed',
    convention: 'proposed',
    gotcha: 'proposed',
    preference: 'proposed',
    reference: 'proposed',
  },
  refine: { kinds: [], briefs: false, tokensPerDay: 100_000, usdPerDay: 0.5 },
  budget: {},
  proposedPlace: 'working-tree',
  checkpoints: { ignored: false },
  sandbox: 'auto',
  retentionDays: 90,
  stateQuotaMb: 2_048,
  archive: DEFAULT_ARCHIVE,
};

export function isCapturePolicy(value: unknown): value is CapturePolicy {
  return POLICIES.some((policy) => policy === value);
}

/** `$VARVE_HOME`, or `~/.varve`. A relative `$VARVE_HOME` counts from the home directory. */
export function varveHome(
  environment: Readonly<Record<string, string | undefined>>,
  homeDirectory: string,
): string {
  const set = environment['VARVE_HOME'];
  if (set === undefined || set === '') return join(homeDirectory, '.varve');
  return isAbsolute(set) ? normalize(set) : resolve(homeDirectory, set);
}

/** Defaults where there is no file. A file that cannot be understood is never written over. */
export async function readSettings(
  files: Files,
  home: string,
): Promise<Result<ReadSettings, SettingsProblem>> {
  const path = settingsPath(home);
  try {
    return success(parseSettings(path, await readIfThere(files, path)).read);
  } catch (error) {
    return failure(ioProblem(error, `read ${path}`));
  }
}

/** Reads, changes and writes under a lock; unknown keys survive. */
export async function updateSettings(
  surroundings: {
    readonly files: Files;
    readonly clock: Clock;
    readonly home: string;
    readonly owner: LockOwner;
  },
  change: (settings: Settings) => Settings,
): Promise<Result<Settings, SettingsProblem>> {
  const { files, clock, home, owner } = surroundings;
  try {
    await files.makeDirectory(home, 0o700);
    const path = join(home, 'lock');
    const lock = await acquireLock({ files, clock, owner, path, timeoutMs: LOCK_TIMEOUT_MS });
    if (!lock.ok)
      return failure(lock.error.kind === 'io' ? lock.error : { kind: 'busy', message: lock.error.message });
    try {
      return await updateUnderLock(files, settingsPath(home), change);
    } finally {
      await lock.value.release();
    }
  } catch (error) {
    return failure(ioProblem(error, `write ${settingsPath(home)}`));
  }
}

async function updateUnderLock(
  files: Files,
  path: string,
  change: (settings: Settings) => Settings,
): Promise<Result<Settings, SettingsProblem>> {
  const existing = await readIfThere(files, path);
  const { read, raw } = parseSettings(path, existing);
  if (read.readOnly !== undefined) return failure({ kind: 'read-only', message: read.readOnly });
  const settings = change(read.settings);
  const nested = {
    ...settings,
    model: { ...objectAt(raw, 'model'), name: undefined, baseUrl: undefined, ...settings.model },
    capture: { ...objectAt(raw, 'capture'), ...settings.capture },
    refine: { ...objectAt(raw, 'refine'), ...settings.refine },
    checkpoints: { ...objectAt(raw, 'checkpoints'), ...settings.checkpoints },
    budget: { ...objectAt(raw, 'budget'), tokensPerDay: undefined, ...settings.budget },
    archive: mergeArchive(objectAt(raw, 'archive'), settings.archive),
  };
  const expected = existing === null ? null : sha256(existing);
  const bytes = Buffer.from(renderJson(nested, raw));
  const written = await replaceFile(files, { path, expected, bytes, mode: 0o600 });
  if (written.ok) return success(settings);
  if (written.error.kind === 'io') return failure(written.error);
  return failure({ kind: 'busy', message: `${path} was changed by another program meanwhile. Try again.` });
}

function parseSettings(path: string, bytes: Uint8Array | null): { read: ReadSettings; raw: JsonObject } {
  if (bytes === null) return { read: { settings: DEFAULT_SETTINGS, problems: [] }, raw: {} };
  const parsed = readVersionedJson(Buffer.from(bytes).toString('utf8'), MIGRATIONS);
  if (parsed.kind === 'unreadable') {
    const readOnly = `${path} cannot be used: ${parsed.message}. Correct it; until then the defaults count.`;
    return { read: { settings: DEFAULT_SETTINGS, problems: [readOnly], readOnly }, raw: {} };
  }
  const problems: string[] = [];
  const settings = understand(parsed.value, (key) =>
    problems.push(`${path}: "${key}" is not understood; its default counts.`),
  );
  if (parsed.kind === 'current') return { read: { settings, problems }, raw: parsed.value };
  const readOnly = `${path} was written by a newer Varve (format ${parsed.version}). Update Varve to change settings.`;
  return { read: { settings, problems, readOnly }, raw: parsed.value };
}

function understand(raw: JsonObject, complain: (key: string) => void): Settings {
  const oneOf = <T>(key: string, value: unknown, allowed: readonly T[], fallback: T): T => {
    if (value === undefined) return fallback;
    const found = allowed.find((item) => item === value);
    if (found === undefined) complain(key);
    return found ?? fallback;
  };
  const text = (key: string, value: unknown): string | undefined => {
    if (value !== undefined && typeof value !== 'string') complain(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [model, capture] = [objectAt(raw, 'model'), objectAt(raw, 'capture')];
  const [name, baseUrl] = [text('model.name', model['name']), text('model.baseUrl', model['baseUrl'])];
  const atLeastOne = (key: 'retentionDays' | 'stateQuotaMb'): number => {
    const value = raw[key];
    if (typeof value === 'number' && Number.isFinite(value) && value >= 1) return Math.floor(value);
    if (value !== undefined) complain(key);
    return DEFAULT_SETTINGS[key];
  };
  const policies = recordKinds.map((kind) => {
    return [kind, oneOf(`capture.${kind}`, capture[kind], POLICIES, DEFAULT_SETTINGS.capture[kind])] as const;
  });
  return {
    version: 1,
    model: { ...(name === undefined ? {} : { name }), ...(baseUrl === undefined ? {} : { baseUrl }) },
    capture: { ...DEFAULT_SETTINGS.capture, ...Object.fromEntries(policies) },
    refine: understandRefine(objectAt(raw, 'refine'), complain),
    budget: understandBudget(objectAt(raw, 'budget'), complain),
    proposedPlace: oneOf('proposedPlace', raw['proposedPlace'], PLACES, DEFAULT_SETTINGS.proposedPlace),
    checkpoints: {
      ignored: oneOf('checkpoints.ignored', objectAt(raw, 'checkpoints')['ignored'], [true, false], false),
    },
    sandbox: oneOf('sandbox', raw['sandbox'], SANDBOXES, DEFAULT_SETTINGS.sandbox),
    retentionDays: atLeastOne('retentionDays'),
    stateQuotaMb: atLeastOne('stateQuotaMb'),
    archive: understandArchive(objectAt(raw, 'archive'), complain),
  };
}

function understandRefine(raw: JsonObject, complain: (key: string) => void): RefineSettings {
  const { tokensPerDay, usdPerDay } = DEFAULT_SETTINGS.refine;
  const amount = (key: string, fallback: number): number => {
    const value = raw[key];
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    if (value !== undefined) complain(`refine.${key}`);
    return fallback;
  };
  const named = raw['kinds'] ?? [];
  const kinds = Array.isArray(named) ? recordKinds.filter((kind) => named.includes(kind)) : [];
  if (!Array.isArray(named) || kinds.length !== named.length) complain('refine.kinds');
  const { briefs = false } = raw;
  if (typeof briefs !== 'boolean') complain('refine.briefs');
  return {
    kinds,
    briefs: briefs === true,
    tokensPerDay: amount('tokensPerDay', tokensPerDay),
    usdPerDay: amount('usdPerDay', usdPerDay),
  };
}

function understandBudget(raw: JsonObject, complain: (key: string) => void): Settings['budget'] {
  const { tokensPerDay } = raw;
  if (typeof tokensPerDay === 'number' && Number.isFinite(tokensPerDay) && tokensPerDay > 0)
    return { tokensPerDay };
  if (tokensPerDay !== undefined) complain('budget.tokensPerDay');
  return {};
}

function objectAt(raw: JsonObject, key: string): JsonObject {
  const value = raw[key];
  return isJsonObject(value) ? value : {};
}

function settingsPath(home: string): string {
  return join(home, 'config.json');
}
