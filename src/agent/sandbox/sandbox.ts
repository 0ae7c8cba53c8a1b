/** A program to be started, with what it is given. */
export interface SandboxedProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment it would have had. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Port: confines a command to the workspace. One for each run; never the only barrier. */
export interface Sandbox {
  /** Whether commands are confined; else why not, in a sentence for a person. */
  readonly state: { readonly on: boolean; readonly reason: string };
  /** What to start instead of `program`, so that it runs confined; the same program where the sandbox is off. Rejects where it cannot be set up: the command is then not run. */
  wrap(program: SandboxedProgram, cwd: string): Promise<SandboxedProgram>;
  /** Takes away what it had to put into the work tree for a command that has ended. Never rejects. */
  tidy(): Promise<void>;
  /** Ends what it started, e.g. its proxies. */
  dispose(): Promise<void>;
}
