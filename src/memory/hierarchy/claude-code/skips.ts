import type { ResolveInput } from '../hierarchy.ts';
import type { MemorySettings } from './settings.ts';

/** Why files of a kind do not load, each undefined where they do. */
export interface Skips {
  readonly user: string | undefined;
  readonly project: string | undefined;
  readonly local: string | undefined;
}

export interface AllSkips {
  /** Everything, auto memory too. */
  readonly all: string | undefined;
  readonly atStart: Skips;
  /**
   * What a read brings in. *Managed files only* holds at the start alone: nested files and rules with `paths:` still
   * come in (Claude Code 2.1.330).
   */
  readonly onRead: Skips;
}

const managedOnlyReason = 'Claude Code is set to read managed files only (Project instructions in /config)';

/** What the environment, the command line and the settings keep from loading. */
export function skipsOf(input: ResolveInput, settings: MemorySettings): AllSkips {
  const all = reasonNothingLoads(input);
  const sources = input.settingSources;
  const off = (source: 'user' | 'project' | 'local') =>
    all ??
    (sources === undefined || sources.includes(source)
      ? undefined
      : `the session is started without ${source} settings (--setting-sources), and so without these files`);
  const onRead = { user: off('user'), project: off('project'), local: off('local') };
  const isManagedOnly = settings.instructionMode === 'managed-only';
  const only = (reason: string | undefined) => reason ?? managedOnlyReason;
  const atStart = isManagedOnly
    ? { user: only(onRead.user), project: only(onRead.project), local: only(onRead.local) }
    : onRead;
  return { all, atStart, onRead };
}

function reasonNothingLoads({ environment }: ResolveInput): string | undefined {
  const switches = ['CLAUDE_CODE_DISABLE_CLAUDE_MDS', 'CLAUDE_CODE_SIMPLE', 'CLAUDE_CODE_SAFE_MODE'];
  const on = switches.find((name) => isOn(environment[name]));
  return on === undefined ? undefined : `${on} is set: Claude Code loads no memory`;
}

/** Whether a variable is switched on: `1`, `true`, `yes` or `on`. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes|on)$/i.test(value);
}

/** Whether a variable is switched off: `0`, `false`, `no` or `off`. */
export function isOff(value: string | undefined): boolean {
  return value !== undefined && /^(?:0|false|no|off)$/i.test(value);
}
