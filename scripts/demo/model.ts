// The demo model: decides what to do next from what the tools really answered, by a handful of rules. It stands
// behind the Messages API on loopback; no part of it ships.
import type {
  AnswerBlock,
  MessagesBody,
  ModelServerRequest,
  Reply,
  WireBlock,
} from '../../test/model-server/answer.ts';
import { systemText } from '../../test/model-server/script.ts';

export const DEMO_MODEL = 'demo-model';

interface Step {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly failed: boolean;
}

/** Pause between streamed events: slow enough to watch, fast enough not to wait for. */
const PACE_MS = 15;

export function decide(request: ModelServerRequest): Reply {
  const { body } = request;
  const content = nextMove(body, memoryOf(body));
  return { content, chunkDelayMs: PACE_MS };
}

/** System prompt and texts, where memory and rules arrive. */
function memoryOf(body: MessagesBody): string {
  return [
    systemText(body),
    ...body.messages
      .filter((message) => message.role !== 'assistant')
      .map((message) => textOf(message.content)),
  ].join('\n');
}

function nextMove(body: MessagesBody, memory: string): readonly AnswerBlock[] {
  const steps = stepsOf(body);
  if (!/\b(test|tests|fix|fail|fails|failing|red|fee|bug)\b/i.test(taskOf(body)))
    return say(introduction(memory));
  const command = /`(node --test[^`]*|npm test[^`]*)`/.exec(memory)?.[1] ?? 'npm test';
  const edit = last(steps, 'edit');
  if (edit) return afterEdit(edit, steps, memory, command);
  const list = last(steps, 'list');
  if (!list)
    return use(`I look at the project first. Memory says to run its tests with ${command}.`, 'list', {});
  const test = last(steps, 'run_command');
  if (!test) return use('Now I run the tests.', 'run_command', { command });
  return findTheFault(test, steps, memory);
}

/** From the test run (or without it, when it was denied) to the line that is wrong. */
function findTheFault(test: Step, steps: readonly Step[], memory: string): readonly AnswerBlock[] {
  const denied = wasDenied(test);
  if (!denied && /^(?:ℹ|#) fail 0$/m.test(test.text)) return say('All tests pass. There is nothing to fix.');
  const testFile = /test at (\S+?):\d+/.exec(test.text)?.[1] ?? (denied ? 'test/fees.test.js' : undefined);
  if (!testFile)
    return say(
      `I cannot tell from this output which test fails, so I change nothing:\n\n${test.text.slice(-600)}`,
    );
  const readTest = reading(steps, testFile);
  const opening = denied
    ? 'I was not allowed to run the tests, so I read them instead.'
    : `${testFile} is red. I read it.`;
  if (!readTest) return use(opening, 'read', { path: testFile });
  if (readTest.failed) return say(`I could not read ${testFile}: ${readTest.text}`);
  const imported = /from '\.\.\/([^']+)'/.exec(readTest.text)?.[1];
  if (!imported) return say(`${testFile} imports no file of this project that I could look at.`);
  const source = reading(steps, imported);
  if (!source) return use(`It tests ${imported}. I read that as well.`, 'read', { path: imported });
  if (source.failed) return say(`I could not read ${imported}: ${source.text}`);
  return repair(imported, source.text, memory);
}

function repair(path: string, numbered: string, memory: string): readonly AnswerBlock[] {
  const text = numbered.replaceAll(/^\d+\t/gm, '');
  const found =
    / {2}let fee = 0;\n {2}for \(let night = 0;[\s\S]*?fee \+= Math\.round\((.+)\);\n {2}\}\n {2}return fee;/.exec(
      text,
    );
  const perNight = found?.[1];
  if (!found || !perNight)
    return say(
      `I see no rounding inside a loop in ${path}, so I change nothing. This is all I know how to repair: I am the demo model.`,
    );
  const whole = perNight.replace('centsPerNight', 'nights * centsPerNight');
  const decision = decisionIn(memory);
  const why = decision
    ? `Memory says: "${decision}" The code rounds each night.`
    : 'The code rounds each night; no recorded decision tells me otherwise, but the test expects one rounding.';
  return use(`${why} I round once.`, 'edit', {
    path,
    old_string: found[0],
    new_string: `  return Math.round(${whole});`,
  });
}

function afterEdit(
  edit: Step,
  steps: readonly Step[],
  memory: string,
  command: string,
): readonly AnswerBlock[] {
  const path = String(edit.input['path']);
  if (edit.failed) {
    return say(
      `${wasDenied(edit) ? `I was not allowed to change ${path}.` : `The change to ${path} did not work: ${edit.text}`}\n\nIt would be this, and nothing else:\n\n${String(edit.input['new_string'])}\n\nAllow the edit and continue this session.`,
    );
  }
  const test = stepsAfter(steps, edit).findLast((step) => step.name === 'run_command');
  if (!test) return use('Now the tests again.', 'run_command', { command });
  return say(summary(path, test, memory));
}

function summary(path: string, test: Step, memory: string): string {
  const decision = decisionIn(memory);
  const followed = decision
    ? `I followed the recorded decision "${decision}"`
    : 'I found no recorded decision about it.';
  const counts = /^(?:ℹ|#) pass (\d+)$/m.exec(test.text)?.[1];
  const green = /^(?:ℹ|#) fail 0$/m.test(test.text);
  const checked = wasDenied(test)
    ? 'I was not allowed to run the tests, so this is not checked.'
    : green
      ? `The tests are green: ${counts ?? 'all'} passed.`
      : `The tests are still red:\n\n${test.text.slice(-600)}`;
  return `${path} rounds the fee of a stay once, at the end. ${followed}\n\n${checked}`;
}

/** The line of memory about rounding once, as it stands there. */
function decisionIn(memory: string): string | undefined {
  const line = memory.split('\n').find((each) => /\bround/i.test(each) && /\bonce\b/i.test(each));
  return line
    ?.replace(/^[\s>*-]+/, '')
    .replace(/\s*\(\[[^\]]*\]\([^)]*\)\)\s*$/, '')
    .replaceAll(/[*_`]/g, '')
    .trim();
}

function introduction(memory: string): string {
  const lines = memory.split('\n').filter((line) => /^\s*- /.test(line)).length;
  return `I am the demo model: a few rules on this machine, not a language model. Memory reached me with ${lines} points. Ask me to find out why a test fails and to fix it.`;
}

function wasDenied(step: Step): boolean {
  return step.failed && /den(y|ied)|not allowed|refused|permission/i.test(step.text);
}

function reading(steps: readonly Step[], path: string): Step | undefined {
  return steps.findLast((step) => step.name === 'read' && step.input['path'] === path);
}

function last(steps: readonly Step[], name: string): Step | undefined {
  return steps.findLast((step) => step.name === name);
}

function stepsAfter(steps: readonly Step[], step: Step): readonly Step[] {
  return steps.slice(steps.indexOf(step) + 1);
}

/** Calls with their results, in order, since the person last asked for something new. */
function stepsOf(body: MessagesBody): readonly Step[] {
  const results = new Map<string, WireBlock>();
  const calls: WireBlock[] = [];
  for (const { content, role } of body.messages) {
    if (
      role === 'user' &&
      (typeof content === 'string' || content.every((block) => block.type !== 'tool_result'))
    )
      calls.length = 0;
    if (typeof content === 'string') continue;
    for (const block of content) {
      if (block.type === 'tool_use') calls.push(block);
      if (block.type === 'tool_result' && block.tool_use_id) results.set(block.tool_use_id, block);
    }
  }
  return calls.flatMap((call) => {
    const result = results.get(call.id ?? '');
    if (!result) return [];
    return [
      {
        name: call.name ?? '',
        input: (call.input ?? {}) as Record<string, unknown>,
        text: textOf(result.content),
        failed: result.is_error === true,
      },
    ];
  });
}

/** What the person asked: every text of theirs, the newest last. */
function taskOf(body: MessagesBody): string {
  return body.messages
    .filter((message) => message.role === 'user')
    .map((message) => textOf(message.content))
    .join('\n');
}

function textOf(content: string | readonly WireBlock[] | undefined): string {
  if (content === undefined || typeof content === 'string') return content ?? '';
  return content
    .map((block) => block.text ?? '')
    .filter(Boolean)
    .join('\n');
}

function say(text: string): readonly AnswerBlock[] {
  return [{ type: 'text', text }];
}

function use(text: string, name: string, input: Readonly<Record<string, unknown>>): readonly AnswerBlock[] {
  return [
    { type: 'text', text },
    { type: 'tool_use', name, input },
  ];
}
