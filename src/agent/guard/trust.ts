import { join } from 'node:path';
import { readIfThere, replaceFile } from '../../base/atomic-write.ts';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { isJsonObject, type JsonObject, readVersionedJson } from '../../memory/project/json-format.ts';

/** Files of a project that can let an agent do more: they count only as a person saw them. */
export const trustedPaths = ['.claude/settings.json', '.claude/settings.local.json', '.mcp.json'] as const;
export type TrustedPath = (typeof trustedPaths)[number];

/** What is known of one project's trust. */
export interface Trust {
  /** `changed`: it was trusted, and what was trusted then is not what stands there now. */
  readonly state: 'trusted' | 'changed' | 'untrusted';
  readonly changed: readonly TrustedPath[];
  /** A sentence for a person; undefined where it is trusted or has nothing to trust. */
  readonly message?: string;
}

/** One trusted project as `trust.json` keeps it: hashes of what was seen, null for what was not there. */
export interface TrustedProject {
  readonly root: string;
  readonly trusted: string;
  readonly files: Readonly<Record<string, string | null>>;
}

type TrustProblem = { readonly message: string };
const attempts = 5;

/** Whether a person trusts this project and its three files are those that were trusted. Never throws; doubt is no. */
export async function isTrusted(files: Files, varveHome: string, root: string): Promise<boolean> {
  return (await readTrust(files, varveHome, root)).state === 'trusted';
}

export async function readTrust(files: Files, varveHome: string, root: string): Promise<Trust> {
  const [real, list] = [await realRoot(files, root), await readTrusted(files, varveHome)];
  const project = list.find((item) => item.root === real);
  const standing = await hashes(files, real);
  if (project === undefined) return untrusted(real, standing);
  const changed = trustedPaths.filter((path) => (project.files[path] ?? null) !== standing[path]);
  if (changed.length === 0) return { state: 'trusted', changed };
  const message = `${changed.join(', ')} changed since ${real} was trusted and does not count. Look at it, then run: varve trust`;
  return { state: 'changed', changed, message };
}

/**
 * The bytes of one of the three files, only where they are exactly those that were trusted: what is read and what is
 * compared are the same bytes. Undefined for anything else.
 */
export async function readTrustedFile(
  files: Files,
  varveHome: string,
  root: string,
  path: TrustedPath,
): Promise<Uint8Array | undefined> {
  const real = await realRoot(files, root);
  const project = (await readTrusted(files, varveHome)).find((item) => item.root === real);
  const hash = project?.files[path];
  if (typeof hash !== 'string') return undefined;
  const bytes = await readIfThere(files, join(real, path)).catch(() => null);
  return bytes !== null && sha256(bytes) === hash ? bytes : undefined;
}

/** All trusted projects; none where the file cannot be read, and none of a version newer than ours. */
export async function readTrusted(files: Files, varveHome: string): Promise<readonly TrustedProject[]> {
  const bytes = await readIfThere(files, trustFile(varveHome)).catch(() => null);
  if (bytes === null) return [];
  const read = readVersionedJson(Buffer.from(bytes).toString('utf8'), []);
  return read.kind === 'current' ? projectsOf(read.value) : [];
}

/** Trusts a project as its three files stand now. */
export async function trustProject(
  files: Files,
  varveHome: string,
  root: string,
  clock: Clock,
): Promise<Result<TrustedProject, TrustProblem>> {
  const real = await realRoot(files, root);
  const project = {
    root: real,
    trusted: new Date(clock.now()).toISOString(),
    files: await hashes(files, real),
  };
  const unreadable = Object.entries(project.files).find(([, hash]) => hash === unreadableHash);
  if (unreadable)
    return failure({ message: `${join(real, unreadable[0])} cannot be read, so it cannot be trusted.` });
  const written = await update(files, varveHome, (list) => [
    ...list.filter((item) => item.root !== real),
    project,
  ]);
  return written.ok ? success(project) : written;
}

/** Answers whether it had been trusted. */
export async function revokeTrust(
  files: Files,
  varveHome: string,
  root: string,
): Promise<Result<boolean, TrustProblem>> {
  const real = await realRoot(files, root);
  if (!(await readTrusted(files, varveHome)).some((item) => item.root === real)) return success(false);
  const written = await update(files, varveHome, (list) => list.filter((item) => item.root !== real));
  return written.ok ? success(true) : written;
}

/** Compared and swapped, so that of two that change it at once neither loses. */
async function update(
  files: Files,
  varveHome: string,
  change: (list: readonly TrustedProject[]) => readonly TrustedProject[],
): Promise<Result<void, TrustProblem>> {
  const path = trustFile(varveHome);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const standing = await readIfThere(files, path).catch(() => undefined);
    if (standing === undefined) break;
    const read =
      standing === null ? undefined : readVersionedJson(Buffer.from(standing).toString('utf8'), []);
    if (read?.kind === 'newer')
      return failure({ message: `${path} was written by a newer Varve. Update Varve to change it.` });
    if (read?.kind === 'unreadable')
      return failure({ message: `${path} cannot be used: ${read.message}. Correct or remove it.` });
    const known = read?.kind === 'current' ? read.value : {};
    const projects = change(projectsOf(known));
    const text = `${JSON.stringify({ ...known, version: 1, projects }, undefined, 2)}\n`;
    await files.makeDirectory(varveHome, 0o700);
    const expected = standing === null ? null : sha256(standing);
    const written = await replaceFile(files, { path, expected, bytes: Buffer.from(text), mode: 0o600 });
    if (written.ok) return success(undefined);
    if (written.error.kind === 'io') return failure({ message: written.error.message });
  }
  return failure({ message: `${path} could not be changed.` });
}

function projectsOf(value: JsonObject): readonly TrustedProject[] {
  const list = value['projects'];
  if (!Array.isArray(list)) return [];
  return list.filter(isJsonObject).flatMap((item) => {
    const { root, trusted, files } = item;
    if (typeof root !== 'string' || !isJsonObject(files)) return [];
    const known = Object.entries(files).flatMap(([path, hash]): [string, string | null][] =>
      typeof hash === 'string' || hash === null ? [[path, hash]] : [],
    );
    return [{ root, trusted: typeof trusted === 'string' ? trusted : '', files: Object.fromEntries(known) }];
  });
}

/** No hash is ever equal to it: what cannot be read is not what was trusted. */
const unreadableHash = 'unreadable';

async function hashes(files: Files, root: string): Promise<Readonly<Record<TrustedPath, string | null>>> {
  const hash = async (path: string) => {
    try {
      const bytes = await readIfThere(files, join(root, path));
      return bytes === null ? null : sha256(bytes);
    } catch {
      return unreadableHash;
    }
  };
  const [settings, local, servers] = await Promise.all(trustedPaths.map(hash));
  return {
    '.claude/settings.json': settings ?? null,
    '.claude/settings.local.json': local ?? null,
    '.mcp.json': servers ?? null,
  };
}

function untrusted(root: string, standing: Readonly<Record<TrustedPath, string | null>>): Trust {
  const there = trustedPaths.filter((path) => standing[path] !== null);
  if (there.length === 0) return { state: 'untrusted', changed: [] };
  const message = `${root} is not trusted: what ${there.join(', ')} would allow or start does not count. Look at it, then run: varve trust`;
  return { state: 'untrusted', changed: [], message };
}

function realRoot(files: Files, root: string): Promise<string> {
  return files.realPath(root).catch(() => root);
}

function trustFile(varveHome: string): string {
  return join(varveHome, 'trust.json');
}
