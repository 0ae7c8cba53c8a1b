import { LineSplitter } from '../../../base/line-splitter.ts';
import { type RunningProcess, startProcess } from '../../../base/process.ts';
import { parseObject } from '../event-lines.ts';
import type { RunTask } from '../run-engine.ts';
import { claudeArguments, claudeEnvironment } from './claude-arguments.ts';
import type { Loose } from './loose-json.ts';

export interface ClaudeProgram {
  /** Path of `claude`. */
  readonly program: string;
  /** The user's own environment; what other sessions and the editor put there is taken out. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Allow rules that answers of *always* added. */
  readonly keptRules?: readonly string[];
}

const ERROR_UNITS = 4_096;

/** The process of `claude -p`: JSON objects go in and come out, a line each. */
export class ClaudeProcess {
  readonly running: RunningProcess;
  #errorText = '';

  constructor(
    { program, environment, keptRules = [] }: ClaudeProgram,
    task: RunTask,
    hear: (message: Loose) => void,
  ) {
    const lines = new LineSplitter((line) => {
      const message = parseObject(line);
      if (message) hear(message);
    });
    this.running = startProcess({
      command: program,
      args: claudeArguments(task, keptRules),
      cwd: task.cwd,
      environment: claudeEnvironment(environment),
      input: 'pipe',
      onOutput: (stream, bytes) => {
        if (stream === 'stdout') lines.push(bytes);
        else this.#errorText = (this.#errorText + Buffer.from(bytes).toString('utf8')).slice(-ERROR_UNITS);
      },
    });
  }

  /** The end of what it wrote to standard error. */
  get errorText(): string {
    return this.#errorText.trim();
  }

  write(line: object): void {
    this.running.write(`${JSON.stringify(line)}\n`);
  }

  endInput(): void {
    this.running.endInput();
  }
}
