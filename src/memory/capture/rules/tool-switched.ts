import type { Candidate, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { isPassedOver } from '../passed-over.ts';
import { changedPaths } from './stated-decision.ts';
import { isToldEnough, saysAnyOf, tellingOf } from './telling.ts';
import { type Tool, type ToolFamily, toolFamilies } from './tools.ts';

const rule = 'tool-switched';

interface Shown {
  readonly tool: Tool;
  readonly paths: readonly string[];
}

/**
 * A package manager, build tool, bundler, test runner, linter, CI provider, container set-up, infrastructure or
 * deployment target that took another one's place, entered or left, as the files that show it say.
 */
export function toolSwitched(changeSet: ChangeSet): readonly Candidate[] {
  if (commitNature(changeSet) !== 'ordinary' || changeSet.parents.length === 0) return [];
  return toolFamilies.map((family) => ofFamily(changeSet, family)).filter((found) => found !== undefined);
}

function ofFamily(changeSet: ChangeSet, family: ToolFamily): Candidate | undefined {
  const come: Shown[] = [];
  const gone: Shown[] = [];
  for (const tool of family.tools) {
    const files = changeSet.files.filter((file) => !isPassedOver(file.path));
    const added = files.filter((file) => file.status !== 'deleted' && tool.path.test(file.path));
    const left = files.flatMap((file) => {
      const old =
        file.status === 'deleted' ? file.path : file.status === 'renamed' ? file.oldPath : undefined;
      return old !== undefined && tool.path.test(old) ? [old] : [];
    });
    const isNew =
      added.length > 0 && added.every((file) => file.status === 'added' || isOther(tool, file.oldPath));
    if (isNew && left.length === 0) come.push({ tool, paths: added.map((file) => file.path) });
    if (added.length === 0 && left.length > 0) gone.push({ tool, paths: left });
  }
  const named = (shown: Shown): boolean => isAbout(shown.tool)(`${changeSet.subject}\n${changeSet.body}`);
  const by = come.find(named) ?? come[0];
  const old = gone.find(named) ?? gone[0];
  if (by !== undefined && old !== undefined && (named(by) || named(old) || isSamePlace(by, old)))
    return replaced(changeSet, family, by, old);
  if (by !== undefined && named(by)) return alone(changeSet, family, by, 'entered');
  if (old !== undefined && named(old)) return alone(changeSet, family, old, 'left');
  return undefined;
}

/** A file made from one of another tool brings the tool in; one of the same tool only moved. */
function isOther(tool: Tool, oldPath: string | undefined): boolean {
  return oldPath !== undefined && !tool.path.test(oldPath);
}

function isSamePlace(by: Shown, old: Shown): boolean {
  const places = new Set(old.paths.map(directoryOf));
  return by.paths.some((path) => places.has(directoryOf(path)));
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Names that are ordinary words of commit messages; such a tool is known by its other names only. */
const ordinary = new Set(['Make', 'just', 'Task', 'Render', 'dep', 'Standard Ruby']);

function isAbout(tool: Tool): (text: string) => boolean {
  return saysAnyOf([tool.name, ...(tool.words ?? [])].filter((word) => !ordinary.has(word)));
}

function replaced(changeSet: ChangeSet, family: ToolFamily, by: Shown, old: Shown): Candidate {
  const isOne = (text: string): boolean => isAbout(by.tool)(text) || isAbout(old.tool)(text);
  const { title, why } = tellingOf(changeSet, isOne, false);
  return {
    rule,
    kind: 'decision',
    subject: `${family.id}:${by.tool.name}`,
    title: title ?? `${by.tool.name} replaces ${old.tool.name} as ${family.label}`,
    reason: `${by.paths[0] ?? ''} came and ${old.paths[0] ?? ''} left${why === undefined ? '' : ', and the message says why'}.`,
    considered: `${old.tool.name}, used until then`,
    confidence: why === undefined ? 0.7 : 0.9,
    paths: by.paths.slice(0, 5),
    replaces: [`${family.id}:${old.tool.name}`],
    ...(why === undefined ? {} : { why }),
  };
}

function alone(
  changeSet: ChangeSet,
  family: ToolFamily,
  shown: Shown,
  what: 'entered' | 'left',
): Candidate | undefined {
  const telling = tellingOf(changeSet, isAbout(shown.tool), false);
  if (!isToldEnough(telling, what === 'entered' ? 'reason' : family.leaving)) return undefined;
  const { title, why } = telling;
  const entered = what === 'entered';
  const subject = `${family.id}:${shown.tool.name}`;
  return {
    rule,
    kind: 'decision',
    subject,
    title: title ?? `${entered ? 'Use' : 'Stop using'} ${shown.tool.name} as ${family.label}`,
    reason: `${shown.paths[0] ?? ''} ${entered ? 'is new' : 'is gone'}, and the message ${why === undefined ? 'names it' : 'says why'}.`,
    confidence: why === undefined ? 0.55 : 0.8,
    paths: entered ? shown.paths.slice(0, 5) : changedPaths(changeSet),
    ...(entered ? {} : { replaces: [subject] }),
    ...(why === undefined ? {} : { why }),
  };
}
