import type { RunEngine } from '../run-engine.ts';
import { ClaudeRun, type ClaudeRunOptions } from './claude-run.ts';

/**
 * An installed Claude Code as the engine of runs (2.1.330): it logs in, reads memory, judges permissions
 * and keeps its sessions by itself, so that a subscription serves. What it would ask comes to our approver; a file
 * with unsaved edits is never written, and what steers agents or tools is asked for in every mode. When this process
 * dies its input ends, and it ends with the turn.
 */
export function createClaudeEngine(options: ClaudeRunOptions): RunEngine {
  return { name: 'claude', start: (task) => new ClaudeRun(options, task) };
}
