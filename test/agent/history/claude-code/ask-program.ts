import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../recording-place.ts';
import { type Conversation, conversationSent } from './conversation.ts';
import { say, Workshop } from './workshop.ts';

const LAST = 'Is that all?';

/**
 * Goes on with each of the sessions of a home directory in the real program, each in a copy of its own, and answers what
 * it sent to its model: what it takes for the conversation. The prompt that is asked with is left out.
 */
export async function conversationsOf(
  program: string,
  home: string,
  sessions: readonly string[],
): Promise<ReadonlyMap<string, Conversation>> {
  const shop = await Workshop.open(program);
  try {
    const sent = new Map<string, Conversation>();
    for (const session of sessions) {
      await copyHome(home, shop);
      const before = shop.server.requests.length;
      shop.answer(say('That is all.'));
      const said = await runProgram(shop.place, shop.run(['-p', LAST, '--resume', session]));
      const request = shop.server.requests
        .slice(before)
        .find(({ body }) => JSON.stringify(body).includes(LAST));
      if (request === undefined) throw new Error(`Session ${session} was not gone on with: ${said}`);
      const conversation = conversationSent(request.body);
      if (conversation.at(-1) !== `prompt: ${LAST}`)
        throw new Error(`${session}: ${conversation.join('\n')}`);
      sent.set(session, conversation.slice(0, -1));
    }
    return sent;
  } finally {
    await shop.close();
  }
}

/** The sessions as if they had been made in the place of the workshop. */
async function copyHome(home: string, { place }: Workshop): Promise<void> {
  const target = join(place.home, '.claude');
  await cp(join(home, '.claude'), target, { recursive: true, force: true });
  const dashed = place.home.replace(/[^A-Za-z0-9]/g, '-');
  const projects = join(target, 'projects');
  for (const entry of await readdir(projects, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.jsonl')) continue;
    const path = join(entry.parentPath, entry.name);
    const text = (await readFile(path, 'utf8')).replaceAll('-home-user', dashed);
    await writeFile(path, text.replaceAll('/home/user', place.home));
    for (const [directory] of text.matchAll(/\/home\/user\/project\/\.claude\/worktrees\/\w+/g))
      await mkdir(directory.replace('/home/user', place.home), { recursive: true });
  }
  for (const name of await readdir(projects)) {
    if (!name.startsWith('-home-user')) continue;
    const named = join(projects, name.replace('-home-user', dashed));
    await cp(join(projects, name), named, { recursive: true, force: true });
    await rm(join(projects, name), { recursive: true });
  }
}
