import { sha256 } from '../../base/hash.ts';

/** Larger files get an anchor without a hash: taking them apart would hold up the editor. */
export const maxSourceBytes = 1024 * 1024;

/** A text as it is compared: no byte order mark, line feeds only, so that `core.autocrlf` changes nothing. */
export function sourceText(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength > maxSourceBytes || looksBinary(bytes)) return undefined;
  return plainLines(new TextDecoder().decode(bytes));
}

export function plainLines(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** The hash of text that is not taken apart: white space normalised, marked as such. */
export function textHash(text: string): string {
  return `text:${sha256(text.replace(/\s+/g, ' ').trim())}`;
}

// As git does: a NUL among the first 8,000 bytes.
function looksBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8000).includes(0);
}

const lockFiles =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|packages\.lock\.json|gradle\.lockfile|bun\.lockb|go\.sum|[^/]*\.lock)$/i;
const manifests =
  /(?:^|\/)(?:package\.json|composer\.json|go\.mod|Cargo\.toml|pyproject\.toml|Pipfile|requirements[^/]*\.(?:txt|in)|pom\.xml|build\.gradle(?:\.kts)?|libs\.versions\.toml|Gemfile|pubspec\.yaml|[^/]*\.(?:cs|fs|vb)proj|[^/]*\.gemspec)$/i;
const running = /(?:^|\/)(?:CHANGELOG|CHANGES|HISTORY|NEWS)(?:\.[a-z]+)?$/i;

/**
 * Whether a change of the file says anything about what rests on it. Lock files, manifests and changelogs change with
 * every dependency and release: of them only the path is kept (capture itself sees which dependency went).
 */
export function saysSomething(path: string): boolean {
  return !lockFiles.test(path) && !manifests.test(path) && !running.test(path);
}

/** Whether an anchor's path stays inside the project: it comes out of a file that anybody may have written. */
export function isInnerPath(path: string): boolean {
  if (path === '' || path.startsWith('/') || /[\\\0]/.test(path) || /^[a-z]:/i.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
