import { isJsonObject, type JsonObject } from './json-format.ts';

/** What a person answered when they were asked whether a program's sessions are to be kept. */
export interface KeepAnswer {
  readonly keep: boolean;
  /** Bytes that the question said it would take, so that what came of it can be held against that. */
  readonly shownBytes?: number;
}

/** Keeping sessions of other programs before those delete them. */
export interface ArchiveSettings {
  /** By the program's name in code; a program that is missing was not asked about yet. */
  readonly tools: Readonly<Record<string, KeepAnswer>>;
  /** Megabytes that are kept at most by themselves; what a person pins or names is kept beyond it. */
  readonly quotaMb: number;
  /** Days after its last change that a session is kept; absent: for good. */
  readonly retentionDays?: number;
}

export const DEFAULT_ARCHIVE: ArchiveSettings = { tools: {}, quotaMb: 4_096 };

export function understandArchive(raw: JsonObject, complain: (key: string) => void): ArchiveSettings {
  const atLeastOne = (key: string): number | undefined => {
    const value = raw[key];
    if (typeof value === 'number' && Number.isFinite(value) && value >= 1) return Math.floor(value);
    if (value !== undefined) complain(`archive.${key}`);
    return undefined;
  };
  const retentionDays = atLeastOne('retentionDays');
  return {
    tools: understandAnswers(raw['tools'], complain),
    quotaMb: atLeastOne('quotaMb') ?? DEFAULT_ARCHIVE.quotaMb,
    ...(retentionDays !== undefined && { retentionDays }),
  };
}

/** What stands in the file beside what is known survives. */
export function mergeArchive(raw: JsonObject, { tools, ...limits }: ArchiveSettings): JsonObject {
  const standing = isJsonObject(raw['tools']) ? raw['tools'] : {};
  return { ...raw, retentionDays: undefined, ...limits, tools: { ...standing, ...tools } };
}

function understandAnswers(
  value: unknown,
  complain: (key: string) => void,
): Readonly<Record<string, KeepAnswer>> {
  if (value !== undefined && !isJsonObject(value)) complain('archive.tools');
  const answers: [string, KeepAnswer][] = [];
  for (const [tool, answer] of Object.entries(isJsonObject(value) ? value : {})) {
    const { keep, shownBytes } = isJsonObject(answer) ? answer : {};
    if (typeof keep !== 'boolean') complain(`archive.tools.${tool}`);
    else answers.push([tool, { keep, ...(typeof shownBytes === 'number' && { shownBytes }) }]);
  }
  return Object.fromEntries(answers);
}
