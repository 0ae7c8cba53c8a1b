import type { Candidate, ChangeSet } from '../change-set.ts';
import { formsIn, type LineForm } from './changed-lines.ts';
import { saysAnyOf, tellingOf } from './telling.ts';

const form: LineForm = {
  id: 'flag',
  label: 'a feature flag',
  line: /feature[_-]?(?:flag|toggle)s?|\b(?:isFeatureEnabled|isEnabled|variation|useFlag|useFeature|feature_enabled|Flipper|Unleash|LaunchDarkly|waffle)\b|\bFEATURE_[A-Z0-9_]{3,}|\bENABLE_[A-Z0-9_]{3,}|\bflags?\.(?:is)?\w+/i,
  words: [
    'feature flag',
    'feature flags',
    'feature-flag',
    'feature toggle',
    'behind a flag',
    'behind flag',
    'behind the flag',
    'experiment flag',
    'kill switch',
    'rollout flag',
  ],
};

/** A feature flag that a commit introduces or takes away, where its message says so and a changed line shows it. */
export function featureFlag(changeSet: ChangeSet): readonly Candidate[] {
  const told = tellingOf(changeSet, saysAnyOf(form.words), false);
  if (told.title === undefined && (!told.named || told.why === undefined)) return [];
  const [found] = formsIn(changeSet, [form]);
  if (found === undefined) return [];
  const { file, line, isAdded } = found;
  const name = flagName(line.text);
  return [
    {
      rule: 'feature-flag',
      kind: 'decision',
      subject: `flag:${name ?? file.path}`,
      title: told.title ?? `Feature flag ${name ?? `in ${file.path}`} ${isAdded ? 'introduced' : 'removed'}`,
      reason: `A line about ${name ?? 'a feature flag'} was ${isAdded ? 'added to' : 'removed from'} ${file.path}, and the message speaks of a flag.`,
      confidence: told.why === undefined ? 0.6 : 0.8,
      paths: [file.path],
      ...(isAdded
        ? { line: { path: file.path, line: line.line, text: line.text.trim() } }
        : { replaces: [`flag:${name ?? file.path}`] }),
      ...(told.why === undefined ? {} : { why: told.why }),
    },
  ];
}

function flagName(text: string): string | undefined {
  return (
    /\b((?:FEATURE|ENABLE)_[A-Z0-9_]{3,})/.exec(text)?.[1] ??
    /(?:flag|toggle|enabled|variation|feature)\w*\W{0,3}\(?\s*["'`:]([\w.-]{3,60})/i.exec(text)?.[1] ??
    /\bflags?\.(\w{3,60})/.exec(text)?.[1]
  );
}
