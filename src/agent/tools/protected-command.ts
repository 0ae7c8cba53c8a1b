import type { ProtectedChange, ProtectedFiles } from '../guard/protected-files.ts';
import type { Tool, ToolContext, ToolPlan, ToolResult } from './tool.ts';

/** Port: what is done with a change that a command made to a path that steers agents or tools. */
export interface ProtectedChangeHandler {
  /** Whether somebody may have made it by right: git in moving to another commit, Varve itself. */
  isExpected(change: ProtectedChange, command: string): Promise<boolean>;
  /** Keeps what the command wrote before it is put back; answers where it is to be found, in a sentence. */
  keep(change: ProtectedChange): Promise<string>;
}

export interface ProtectionOptions {
  readonly protectedFiles: ProtectedFiles;
  readonly handler: ProtectedChangeHandler;
  /** Whether the command's own text shows that it writes such a path: then a person was asked and said yes. */
  readonly isShown: (command: string) => Promise<boolean>;
  /** Called when a command has ended, before it is looked what it did. */
  readonly afterCommand?: () => Promise<void>;
}

/** Holds the paths that steer agents and tools as they were, whatever commands do. */
export interface Protection {
  /** The same tool, with a look at the protected paths before and after what it does. */
  protect(tool: Tool): Tool;
  /** Looks once more, e.g. when everything in the background was ended. Answers what was put back, in sentences. */
  settle(): Promise<readonly string[]>;
}

/**
 * Where there is no sandbox, what a command does to such a path is seen only afterwards: it is kept, put back and told.
 * What goes on in the background is looked at when any of these tools is called, and at the end.
 */
export function createProtection(options: ProtectionOptions): Protection {
  const { protectedFiles } = options;
  let background: string | undefined;
  const settle = async (command: string) => takeBack(options, command);
  return {
    // What only reads goes on side by side, and changes nothing.
    protect: (tool) =>
      tool.effect === 'read'
        ? tool
        : {
            ...tool,
            plan: async (input, context) => {
              const plan = await tool.plan(input, context);
              if (!('run' in plan)) return plan;
              return { ...plan, run: (running) => runProtected(plan, running) };
            },
          },
    settle: async () => {
      const said = background === undefined ? [] : await settle(background);
      background = undefined;
      return said;
    },
  };

  async function runProtected(plan: ToolPlan, context: ToolContext): Promise<ToolResult> {
    const command = 'command' in plan.permission ? plan.permission.command : (background ?? '');
    const isCommand = 'command' in plan.permission;
    const earlier = background === undefined ? [] : await settle(background);
    if (isCommand || plan.write !== undefined) await protectedFiles.accept();
    let isBackground = false;
    const result = await plan.run({
      ...context,
      onProcess: (process) => {
        isBackground ||= process.background === true;
        return context.onProcess(process);
      },
    });
    if (isCommand && !isBackground) await options.afterCommand?.();
    // What a person allowed by name, and what a tool wrote with permission, stands.
    if (plan.write !== undefined || (isCommand && (await options.isShown(command))))
      await protectedFiles.accept();
    const said = [...earlier, ...(isCommand || background !== undefined ? await settle(command) : [])];
    if (isBackground) background = command;
    if (said.length === 0) return result;
    for (const text of said) context.onOutput(`\n${text}\n`);
    return { ...result, text: [result.text, ...said.map((text) => `[${text}]`)].join('\n') };
  }
}

/** Three looks: putting back a directory that became a link shows what is missing in it. */
async function takeBack(
  { protectedFiles, handler }: ProtectionOptions,
  command: string,
): Promise<readonly string[]> {
  const said: string[] = [];
  try {
    for (let look = 0; look < 3; look += 1) {
      let isPutBack = false;
      let isExpected = false;
      for (const change of await protectedFiles.changes()) {
        if (await handler.isExpected(change, command)) {
          isExpected = true;
          continue;
        }
        const kept = await handler.keep(change);
        const problem = await protectedFiles.restore(change);
        isPutBack ||= problem === undefined;
        said.push(
          problem ??
            `${change.path} steers agents or tools: what the command did to it was taken back. ${kept}`,
        );
      }
      if (isExpected && !isPutBack) await protectedFiles.accept();
      if (!isPutBack) break;
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown reason';
    said.push(`What steers agents and tools could not be compared after the command: ${why}`);
  }
  return [...new Set(said)];
}
