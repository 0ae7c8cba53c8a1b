import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Terminal } from './terminal.ts';
import { say, use, type Workshop } from './workshop.ts';

/**
 * What a person does in the terminal: a prompt while it works, a rewind, a name, a command of the shell, a command of
 * the project, an edit that can be undone, and a branch, which is a session of its own.
 */
export async function typed(shop: Workshop): Promise<{ readonly typed: string; readonly branched: string }> {
  const commands = join(shop.place.project, '.claude/commands');
  await mkdir(commands, { recursive: true });
  await writeFile(join(commands, 'check.md'), 'Please check $ARGUMENTS well.\n');
  const terminal = await Terminal.open(shop);
  try {
    await terminal.sees('accept edits on');
    shop.answer(use(['Bash', { command: 'sleep 2; echo slow' }]), say('The slow one is done.'));
    await terminal.line('Do what is slow.');
    await terminal.sees(/esc to interrupt|sleep 2/);
    await terminal.line('Typed in the meantime.');
    await terminal.sees('The slow one is done.');
    shop.answer(say('The answer that is left.'));
    await terminal.line('A prompt that is left.');
    await terminal.sees('The answer that is left.');
    await rewind(terminal);
    shop.answer(say('The answer that stays.'));
    await terminal.line('A prompt that stays.');
    await terminal.sees('The answer that stays.');
    await terminal.line('/rename Typed by hand');
    await terminal.sees('Session renamed');
    shop.answer(say('I saw the shell.'));
    await terminal.line('!echo shell');
    await terminal.sees('I saw the shell.');
    shop.answer(say('It is checked.'));
    await terminal.line('/check this');
    await terminal.sees('It is checked.');
    await terminal.line('/branch The side');
    const [branched = '', origin = ''] = await terminal.finds(
      /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g,
    );
    const file = join(shop.place.project, 'side.txt');
    shop.answer(use(['Write', { file_path: file, content: 'by the side\n' }]), say('Written by the side.'));
    await terminal.line('Write by the side.');
    await terminal.sees('Written by the side.');
    await terminal.line('/exit');
    await shop.written(branched, 'cost-state');
    return { typed: origin, branched };
  } finally {
    await terminal.close();
  }
}

async function rewind(terminal: Terminal): Promise<void> {
  await terminal.key('Escape', 'Escape');
  await terminal.sees('Restore the code and/or conversation');
  await terminal.key('Up', 'Enter');
  await terminal.sees('Restore conversation');
  await terminal.key('Enter');
  await terminal.sees('A prompt that is left.');
  await terminal.key('C-u');
}
