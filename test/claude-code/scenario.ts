import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectSlug } from '../../src/memory/hierarchy/places.ts';

/** Content of a file: text, or what no text in JSON can be. */
export type Content =
  | string
  | { readonly link: string }
  | { readonly base64: string }
  | { readonly directory: true }
  | { readonly start?: string; readonly repeat: string; readonly times: number; readonly end?: string };

/**
 * A tree and how a session is started in it. `home`, `managed` and everything else are paths below a base directory.
 * `$BASE` in paths, texts, links, arguments and variables is that directory; `$SLUG{x}` the name Claude Code gives
 * the project that stands in `$BASE/x`.
 */
export interface Scenario {
  readonly name: string;
  readonly files: Readonly<Record<string, Content>>;
  readonly cwd: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Files that the model orders to read, one after the other. */
  readonly reads?: readonly string[];
}

/** One instruction file as the program injected it; `$BASE` in its path and text. */
export interface Injected {
  readonly path: string;
  readonly kind: string;
  readonly text: string;
}

/** What the program injected at the start and with each read, in order. */
export interface Answer {
  readonly start: readonly Injected[];
  readonly reads: readonly (readonly Injected[])[];
}

export interface Staged {
  readonly base: string;
  readonly fill: (text: string) => string;
  readonly unfill: (text: string) => string;
  readonly remove: () => Promise<void>;
}

/** Where managed files are staged: what is `/etc` for the program. */
export const MANAGED = 'etc/claude-code/';

/** Writes the tree of a scenario into a new directory of its own. */
export async function stage(scenario: Scenario): Promise<Staged> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'varve-cc-')));
  const fill = (text: string) =>
    text
      .replace(/\$SLUG\{([^}]*)\}/g, (_, path: string) => projectSlug(join(base, path)))
      .replaceAll('$BASE', base);
  const slugs = [...JSON.stringify(scenario).matchAll(/\$SLUG\{([^}]*)\}/g)].map(([mark, path]) => ({
    mark,
    slug: projectSlug(join(base, path ?? '')),
  }));
  const unfill = (text: string) =>
    slugs
      .toSorted((a, b) => b.slug.length - a.slug.length)
      .reduce((all, { mark, slug }) => all.replaceAll(slug, mark), text)
      .replaceAll(base, '$BASE');
  await mkdir(join(base, 'home/.claude'), { recursive: true });
  for (const [path, content] of Object.entries(scenario.files)) {
    const at = join(base, fill(path).replace(/^managed\//, MANAGED));
    await mkdir(dirname(at), { recursive: true });
    await writeContent(at, content, fill);
  }
  await mkdir(join(base, scenario.cwd), { recursive: true });
  return { base, fill, unfill, remove: () => rm(base, { recursive: true, force: true }) };
}

async function writeContent(at: string, content: Content, fill: (text: string) => string): Promise<void> {
  if (typeof content === 'string') await writeFile(at, fill(content));
  else if ('link' in content) await symlink(fill(content.link), at);
  else if ('base64' in content) await writeFile(at, Buffer.from(content.base64, 'base64'));
  else if ('directory' in content) await mkdir(at, { recursive: true });
  else
    await writeFile(at, (content.start ?? '') + content.repeat.repeat(content.times) + (content.end ?? ''));
}

/** What makes `directory` a git repository, without running git. */
export function gitFiles(directory: string): Record<string, Content> {
  return {
    [`${directory}/.git/HEAD`]: 'ref: refs/heads/main\n',
    [`${directory}/.git/config`]: '[core]\n\trepositoryformatversion = 0\n\tbare = false\n',
    [`${directory}/.git/objects`]: { directory: true },
    [`${directory}/.git/refs/heads`]: { directory: true },
  };
}

/** A linked worktree of the repository in `main`, as git itself would have written it. */
export function worktreeFiles(main: string, directory: string, name: string): Record<string, Content> {
  return {
    [`${main}/.git/worktrees/${name}/HEAD`]: 'ref: refs/heads/side\n',
    [`${main}/.git/worktrees/${name}/commondir`]: '../..\n',
    [`${main}/.git/worktrees/${name}/gitdir`]: `$BASE/${directory}/.git\n`,
    [`${directory}/.git`]: `gitdir: $BASE/${main}/.git/worktrees/${name}\n`,
  };
}
