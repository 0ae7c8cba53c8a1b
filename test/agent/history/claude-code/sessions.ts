import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PICTURE } from '../recording-place.ts';
import { say, use, type Workshop } from './workshop.ts';

/** A session to be recorded; answers its id. */
export type Making = (shop: Workshop) => Promise<string>;

/** Longer than anybody waits; ends by itself, as its shell outlives a program that is killed. */
const ENDLESS = 'timeout 60 tail -f /dev/null';

/** Every kind of call, two of them at once, one that fails. */
export const plain: Making = async (shop) => {
  const file = join(shop.place.project, 'greet.js');
  shop.answer(
    { content: [{ type: 'text', text: 'I look first.' }, ...calls(['Read', { file_path: file }])] },
    use(['Edit', { file_path: file, old_string: "'hello'", new_string: "'good day'" }]),
    use(['Write', { file_path: 'notes.md', content: 'Greets politely.\n' }]),
    use(
      ['Bash', { command: 'echo greeted; cat notes.md', description: 'Look at the notes' }],
      ['Bash', { command: 'ls missing', description: 'Look for what is missing' }],
    ),
    say('It greets politely now.'),
  );
  return shop.print(['Greet politely.', '--permission-mode=acceptEdits', '--allowedTools=Bash,Read']);
};

export const continued: Making = async (shop) => {
  shop.answer(say('The first answer.'));
  const id = await shop.print(['Remember the word kettle.', '-n', 'Kettle']);
  shop.answer(use(['Bash', { command: 'echo kettle' }]), say('The second answer.'));
  await shop.print(['Say the word.', '--resume', id, '--allowedTools=Bash']);
  return id;
};

export const forked: Making = async (shop) => {
  shop.answer(say('An answer before the fork.'));
  const id = await shop.print(['Begin what is forked later.']);
  shop.answer(say('An answer in the fork.'));
  return shop.print(['Go another way.', '--resume', id, '--fork-session']);
};

export const delegated: Making = async (shop) => {
  shop.aside(({ messages }) => {
    const isSub = JSON.stringify(messages[0]).includes('Count the files here');
    if (!isSub) return undefined;
    return JSON.stringify(messages).includes('tool_result')
      ? say('There are two files.')
      : use(['Bash', { command: 'ls | wc -l' }]);
  });
  const task = {
    description: 'Count files',
    prompt: 'Count the files here.',
    subagent_type: 'general-purpose',
  };
  shop.answer(use(['Agent', task]), say('The subagent counts.'), say('It counted two files.'));
  const id = await shop.print(['Let somebody count the files.', '--allowedTools=Agent,Bash']);
  shop.aside(() => undefined);
  return id;
};

export const compacted: Making = async (shop) => {
  shop.answer(say('The sky is blue.'));
  const id = await shop.print(['What colour is the sky?']);
  shop.answer(use(['Bash', { command: 'echo green' }]), say('The grass is green.'));
  await shop.print(['And the grass?', '--resume', id, '--allowedTools=Bash']);
  shop.aside(({ messages }) =>
    JSON.stringify(messages.at(-1)).includes('Respond with TEXT ONLY')
      ? say('<summary>Colours of the sky and of grass were asked for.</summary>')
      : undefined,
  );
  await shop.print(['/compact', '--resume', id]);
  shop.aside(() => undefined);
  shop.answer(say('The sea is both.'));
  await shop.print(['And the sea?', '--resume', id]);
  return id;
};

/** The process is killed while one of two calls is under way. */
export const killed: Making = async (shop) => {
  const talk = shop.talk(['--allowedTools=Bash']);
  shop.answer({
    content: [
      { type: 'text', text: 'I wait for it.' },
      ...calls(['Bash', { command: 'echo fast' }], ['Bash', { command: ENDLESS }]),
    ],
  });
  talk.send('Wait for what never comes.');
  await talk.until(({ type }) => type === 'user');
  await shop.written(talk.session, '"content":"fast"');
  await talk.kill();
  return talk.session;
};

/** The same, and gone on with: the program makes up the result that is missing. */
export const killedAndResumed: Making = async (shop) => {
  const id = await killed(shop);
  shop.answer(say('It was cut short.'));
  await shop.print(['What became of it?', '--resume', id]);
  return id;
};

export const todos: Making = async (shop) => {
  const todo = (content: string, status: string) => ({ content, status, activeForm: content });
  shop.answer(
    use(['TodoWrite', { todos: [todo('Look', 'in_progress'), todo('Change', 'pending')] }]),
    use(['TodoWrite', { todos: [todo('Look', 'completed'), todo('Change', 'in_progress')] }]),
    say('Half of it is done.'),
  );
  return shop.print(['Plan in todos.', '--allowedTools=TodoWrite'], {
    CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
    CLAUDE_CODE_ENABLE_TASKS: '0',
  });
};

export const tasks: Making = async (shop) => {
  shop.answer(
    use(['TaskCreate', { subject: 'Look', description: 'At all of it' }]),
    use(['TaskCreate', { subject: 'Change', description: 'What is wrong' }]),
    use(['TaskUpdate', { taskId: '1', status: 'in_progress' }]),
    use(
      ['TaskUpdate', { taskId: '1', status: 'completed' }],
      ['TaskUpdate', { taskId: '2', status: 'deleted' }],
    ),
    use(['TaskUpdate', { taskId: '9', status: 'completed' }]),
    use(['TaskList', {}]),
    say('All is done.'),
  );
  return shop.print(['Plan in tasks.', '--allowedTools=TaskCreate,TaskUpdate,TaskList'], {
    CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
    CLAUDE_CODE_ENABLE_TASKS: '1',
  });
};

export const inWorktree: Making = async (shop) => {
  await commit(shop);
  shop.answer(use(['Write', { file_path: 'side.txt', content: 'aside\n' }]), say('Written aside.'));
  return shop.print(['Work aside.', '--worktree', 'side', '--permission-mode=acceptEdits']);
};

/** Goes into a worktree and stays there. */
export const relocated: Making = async (shop) => {
  await commit(shop);
  const tools = 'EnterWorktree,ToolSearch,Bash';
  shop.answer(
    use(['ToolSearch', { query: 'select:EnterWorktree' }]),
    use(['EnterWorktree', { name: 'inner' }]),
    use(['Bash', { command: 'pwd' }]),
    say('I am in the worktree.'),
  );
  return shop.print(['Go into a worktree.', `--allowedTools=${tools}`]);
};

/** No from the person, with and without words, and a stop in the middle of a call. */
export const refused: Making = async (shop) => {
  const talk = shop.talk();
  shop.answer(use(['Bash', { command: 'rm -rf stuff' }]), say('Then not.'));
  let from = talk.send('Remove the stuff.');
  await talk.decide(from, { behavior: 'deny', message: 'Keep the stuff.' });
  await talk.until(({ type }) => type === 'result', from);
  shop.answer(use(['Write', { file_path: 'refused.txt', content: '' }]));
  from = talk.send('Write what is refused.');
  await talk.decide(from, { behavior: 'deny', message: 'No.', interrupt: true });
  await talk.until(({ type }) => type === 'result', from);
  shop.answer(use(['Bash', { command: ENDLESS }]));
  from = talk.send('Wait for ever.');
  await talk.decide(from);
  await shop.written(talk.session, ENDLESS);
  await talk.ask({ subtype: 'interrupt' });
  await talk.until(({ type }) => type === 'result', from);
  await talk.end();
  return talk.session;
};

/** One question answered, one left open by a process that was killed. */
export const asked: Making = async (shop) => {
  const question = (text: string, ...labels: string[]) => ({
    questions: [
      {
        question: text,
        header: 'Which',
        options: labels.map((label) => ({ label, description: label })),
        multiSelect: false,
      },
    ],
  });
  const talk = shop.talk();
  shop.answer(use(['AskUserQuestion', question('Red or blue?', 'Red', 'Blue')]), say('Blue, then.'));
  let from = talk.send('Ask me for a colour.');
  const answered = { ...question('Red or blue?', 'Red', 'Blue'), answers: { 'Red or blue?': 'Blue' } };
  await talk.decide(from, { behavior: 'allow', updatedInput: answered });
  await talk.until(({ type }) => type === 'result', from);
  shop.answer(use(['AskUserQuestion', question('One or two?', 'One', 'Two')]));
  from = talk.send('Ask me for a number.');
  await talk.until((said) => said['type'] === 'control_request', from);
  await shop.written(talk.session, 'One or two?');
  await talk.kill();
  return talk.session;
};

export const failed: Making = async (shop) => {
  shop.aside(({ messages }) =>
    JSON.stringify(messages).includes('Fail, please') ? { status: 400 } : undefined,
  );
  const id = await shop.print(['Fail, please.']);
  shop.aside(() => undefined);
  return id;
};

export const limited: Making = async (shop) => {
  shop.answer(use(['Bash', { command: 'echo once' }]), use(['Bash', { command: 'echo twice' }]));
  return shop.print(['Go on for long.', '--max-turns=1', '--allowedTools=Bash']);
};

export const structured: Making = async (shop) => {
  shop.answer(use(['StructuredOutput', { colour: 'blue' }]), say('Given.'));
  const schema = { type: 'object', properties: { colour: { type: 'string' } }, required: ['colour'] };
  return shop.print(['Give a colour.', '--json-schema', JSON.stringify(schema)]);
};

/** Back to before the second prompt of three, and on from there; the third session line began with a picture. */
export const rewound: Making = async (shop) => {
  const uuids = [1, 2, 3, 4].map((digit) => `${String(digit).repeat(8)}-1111-4111-8111-111111111111`);
  const talk = shop.talk(['--allowedTools=Bash']);
  shop.answer(say('A picture of one point.'));
  const source = { type: 'base64', media_type: 'image/png', data: PICTURE };
  await talk.prompt(
    [
      { type: 'text', text: 'What is this?' },
      { type: 'image', source },
    ],
    uuids[0],
  );
  shop.answer(use(['Bash', { command: 'echo left' }]), say('The way that is left.'));
  await talk.prompt('Go the first way.', uuids[1]);
  shop.answer(say('Further on it.'));
  await talk.prompt('And further.', uuids[2]);
  const target = { target_message_uuid: uuids[1], last_seen_user_message_uuid: uuids[2] };
  await talk.ask({ subtype: 'rewind_conversation', ...target });
  shop.answer(say('The way that is taken.'));
  await talk.prompt('Go the second way.', uuids[3]);
  await talk.end();
  return talk.session;
};

function calls(...made: readonly (readonly [string, unknown])[]) {
  return made.map(([name, input]) => ({ type: 'tool_use', name, input }) as const);
}

async function commit({ place }: Workshop): Promise<void> {
  const who = ['-c', 'user.name=User', '-c', 'user.email=user@example.com'];
  const git = (...args: string[]) => promisify(execFile)('git', [...who, ...args], { cwd: place.project });
  await git('init', '-q', '-b', 'main');
  await git('commit', '-q', '--allow-empty', '-m', 'Begin');
}
