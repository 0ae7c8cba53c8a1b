import { join } from 'node:path';

/** What a run's commands may reach. Paths are absolute. */
export interface SandboxPlace {
  readonly root: string;
  /** Directories that count as the workspace beside its root. */
  readonly additionalRoots: readonly string[];
  /** Folders that memory files are known in. */
  readonly memoryFolders: readonly string[];
  readonly home: string;
  readonly varveHome: string;
  readonly temporary: string;
  /** Hosts that a rule lets be reached, `*.example.com` too; none: no network at all. */
  readonly hosts: readonly string[];
}

/** What is handed to the runtime; see `SandboxRuntimeConfig` of @anthropic-ai/sandbox-runtime 0.0.83. */
export interface SandboxPolicy {
  readonly network: { readonly allowedDomains: string[]; readonly deniedDomains: string[] };
  readonly filesystem: {
    readonly denyRead: string[];
    readonly allowRead: string[];
    readonly allowWrite: string[];
    readonly denyWrite: string[];
  };
}

/** Where keys lie in a home directory. */
const keys = [
  '.ssh',
  '.aws',
  '.gnupg',
  '.env',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.git-credentials',
  '.kube',
  '.docker',
  '.azure',
  '.config/gcloud',
  '.config/gh',
  '.config/hub',
  '.password-store',
  '.local/share/keyrings',
  '.claude/.credentials.json',
  '.codex/auth.json',
];

const steering = ['CLAUDE.md', 'CLAUDE.local.md', 'AGENTS.md', '.claude'];
const steeringOfRoot = [
  '.varve',
  '.vscode',
  '.mcp.json',
  '.git/config',
  '.git/config.worktree',
  '.git/hooks',
];

/** Paths of a workspace that no command may write. */
export function steeringIn(root: string): readonly string[] {
  return [...steering, ...steeringOfRoot].map((name) => join(root, name));
}

/** Writing: the workspace and temporary files, never what steers agents and tools. Reading: all but keys and Varve's own state. */
export function sandboxPolicy(place: SandboxPlace): SandboxPolicy {
  const roots = [place.root, ...place.additionalRoots];
  const protectedPaths = [
    ...roots.flatMap(steeringIn),
    ...place.memoryFolders.flatMap((folder) => steering.map((name) => join(folder, name))),
  ];
  return {
    network: { allowedDomains: [...place.hosts], deniedDomains: [] },
    filesystem: {
      denyRead: [place.varveHome, ...keys.map((name) => join(place.home, name))],
      allowRead: [...roots],
      allowWrite: [...roots, place.temporary],
      denyWrite: [place.varveHome, ...new Set(protectedPaths)],
    },
  };
}
