import type { KeepQuestion } from '../../../agent/history/archive/keep-question.ts';
import { count } from '../../count.ts';

/** What a person has to know to answer, and how; afterwards how it stands. */
export function questionLines(question: KeepQuestion): string {
  const { tool, name, answer, sessions, bytes, storedBytes, kept, soon, retention } = question;
  const lines = [
    `${name}  ${count(sessions, 'session')}, ${sizeWords(bytes)}; ${kept} of them kept`,
    retention === undefined
      ? `${name} keeps its sessions until you delete them.`
      : `${name} deletes a session ${count(retention.days, 'day')} after its last change (${retention.setting}); ${soon} that ${soon === 1 ? 'is' : 'are'} not kept within a week.`,
  ];
  if (answer === undefined)
    lines.push(
      `Keep them? They would take about ${sizeWords(storedBytes)} under Varve's home, as they are, with all that stands in them.`,
      `Yes, now and from now on: varve sessions keep --tool ${tool} --yes`,
      `No: varve sessions keep --tool ${tool} --no`,
    );
  else if (answer.keep)
    lines.push('They are kept once a day. No longer: --no; at once: varve sessions keep --all');
  else lines.push(`They are not kept. To keep them: varve sessions keep --tool ${tool} --yes`);
  return `${lines.join('\n  ')}\n`;
}

/** `12 KB`, `3.4 MB`. */
export function sizeWords(bytes: number): string {
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${Math.ceil(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}
