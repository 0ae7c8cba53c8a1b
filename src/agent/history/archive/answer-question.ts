import type { Clock } from '../../../base/clock.ts';
import type { Files } from '../../../base/files.ts';
import type { LockOwner } from '../../../base/lock.ts';
import type { Result } from '../../../base/result.ts';
import { type Settings, type SettingsProblem, updateSettings } from '../../../memory/project/settings.ts';
import type { KeepQuestion } from './keep-question.ts';

/** Stores what a person answered, with the size that they were told. It holds until they say otherwise. */
export function answerKeepQuestions(
  surroundings: {
    readonly files: Files;
    readonly clock: Clock;
    /** `$VARVE_HOME`, absolute. */
    readonly home: string;
    readonly owner: LockOwner;
  },
  questions: readonly Pick<KeepQuestion, 'tool' | 'storedBytes'>[],
  keep: boolean,
): Promise<Result<Settings, SettingsProblem>> {
  const answers = questions.map(
    ({ tool, storedBytes }) => [tool, { keep, shownBytes: storedBytes }] as const,
  );
  return updateSettings(surroundings, (settings) => ({
    ...settings,
    archive: { ...settings.archive, tools: { ...settings.archive.tools, ...Object.fromEntries(answers) } },
  }));
}
