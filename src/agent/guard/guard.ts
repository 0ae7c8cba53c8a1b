/** What a call does to the world; decides what a crash in its middle means. */
export type Effect = 'read' | 'write' | 'execute' | 'external';

export const permissionModes = ['default', 'acceptEdits', 'plan', 'dontAsk', 'bypassPermissions'] as const;
export type PermissionMode = (typeof permissionModes)[number];

/** What a tool call wants, in the terms rules speak of. */
export type PermissionKey =
  | { readonly tool: string; readonly effect: 'read' | 'write'; readonly path: string }
  | { readonly tool: string; readonly effect: 'execute'; readonly command: string }
  | { readonly tool: string; readonly effect: 'external'; readonly target: string };

export interface Verdict {
  readonly decision: 'allow' | 'ask' | 'deny';
  /** The rule that decided, as written, e.g. `Bash(npm run *)`. */
  readonly rule?: string;
  readonly reason: string;
  /** Rule that an answer of *session* or *always* would add. */
  readonly offeredRule?: string;
}

export interface ApprovalRequest {
  readonly id: string;
  readonly tool: string;
  readonly summary: string;
  /** What a person judges by: a unified diff for files, the command line for commands. */
  readonly detail: string;
  readonly path?: string;
  readonly offeredRule?: string;
  readonly reason: string;
}

export type ApprovalDecision = 'once' | 'session' | 'always' | 'deny';

/** Port: who answers when the guard asks. Headless without an engine answers `deny` at once. */
export interface Approver {
  ask(
    request: ApprovalRequest,
    signal: AbortSignal,
  ): Promise<{ readonly decision: ApprovalDecision; readonly message?: string }>;
}

/** Says whether a call may be done. Deterministic: same rules, mode, files and key, same verdict. Never throws. */
export interface Guard {
  readonly mode: PermissionMode;
  decide(key: PermissionKey): Promise<Verdict>;
  /** Adds an allow rule for the rest of the session; keeping it longer is the session's work. A rule that does not parse is ignored. */
  remember(rule: string): void;
}
