import type { MemoryFile, Section } from '../../../src/memory/file/memory-file.ts';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import {
  applySplice,
  entriesOf,
  insertEntry,
  removeEntry,
  replaceRange,
} from '../../../src/memory/file/splice.ts';

/** As the reader of the disk decodes: invalid bytes become U+FFFD, a byte order mark stays. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** What is wrong with the codec on this text, in words; empty where all is as promised. */
export function faultsOf(text: string): readonly string[] {
  const file = parseMemoryFile(text);
  return [...rangeFaults(file), ...editFaults(file)];
}

/** Entries and sections stand in order, inside one another, and slice to what they say. */
function rangeFaults({ text, sections }: MemoryFile): readonly string[] {
  const faults: string[] = [];
  const lineOf = lineCounter(text);
  const visit = (section: Section, from: number, to: number): void => {
    const { start, end } = section.range;
    if (start < from || end > to || start > end)
      faults.push(`section at line ${section.line} leaves its place`);
    let at = start;
    for (const entry of section.entries) {
      if (entry.range.start < at || entry.range.end > end)
        faults.push(`entry at line ${entry.line} overlaps`);
      if (text.slice(entry.range.start, entry.range.end) !== entry.text)
        faults.push(`entry at line ${entry.line} does not slice to its text`);
      if (entry.line !== lineOf(entry.range.start)) faults.push(`entry at line ${entry.line} is elsewhere`);
      if (/^\s*$/.test(entry.text) || /\s$/.test(entry.text))
        faults.push(`entry at line ${entry.line} is loose`);
      at = entry.range.end;
    }
    for (const child of section.sections) {
      visit(child, at, end);
      at = child.range.end;
    }
  };
  let at = 0;
  for (const section of sections) {
    visit(section, at, text.length);
    at = section.range.end;
  }
  return faults;
}

/** Putting an entry in its own place changes nothing; removing and inserting change their own bytes and can be undone. */
function editFaults(file: MemoryFile): readonly string[] {
  const { text } = file;
  return sample(entriesOf(file), 20).flatMap((entry) => {
    const faults: string[] = [];
    const say = (what: string) => faults.push(`${what} at line ${entry.line}`);
    if (replaceRange(text, entry.range, entry.text).text !== text) say('its own text is not the same');
    const removed = removeEntry(file, entry.id);
    const inserted = insertEntry(file, entry.id, '- put in\n- twice');
    if (!removed.ok || !inserted.ok) return [`entry at line ${entry.line} is not found`];
    const cut = removed.value.undo;
    if (applySplice(removed.value.text, cut).text !== text) say('removing is not undone');
    if (cut.range.start !== entry.range.start || !cut.replacement.startsWith(entry.text))
      say('another piece is removed');
    if (cut.replacement.slice(entry.text.length).trim() !== '') say('more than blank lines are removed');
    const { undo, text: longer } = inserted.value;
    if (applySplice(longer, undo).text !== text) say('inserting is not undone');
    if (undo.replacement !== '' || undo.range.start !== entry.range.end) say('inserting changed something');
    return faults;
  });
}

// Evenly spread: a change log of thousands of entries says nothing more.
function sample<T>(all: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, Math.ceil(all.length / most));
  return all.filter((_, index) => index % step === 0);
}

function lineCounter(text: string): (offset: number) => number {
  let at = 0;
  let line = 0;
  return (offset) => {
    line += text.slice(at, offset).split(/\r\n|\r|\n/).length - 1;
    at = offset;
    return line;
  };
}
