import type { Candidate, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { declaresInterface, interfaceParts } from './interface-parts.ts';
import { changedPaths } from './stated-decision.ts';
import { isToldEnough, saysAnyOf, tellingOf } from './telling.ts';

const about = [
  'API',
  'endpoint',
  'endpoints',
  'route',
  'routes',
  'exports',
  'export',
  'public',
  'breaking',
  'deprecated',
  'proto',
  'GraphQL',
  'schema',
  'OpenAPI',
  'Swagger',
];

/** Parts of a public interface that are gone: subpath exports, HTTP paths, calls and fields that others may build on. */
export function interfaceBroken(changeSet: ChangeSet): readonly Candidate[] {
  if (commitNature(changeSet) !== 'ordinary') return [];
  const gone: { readonly path: string; readonly parts: readonly string[] }[] = [];
  const now = new Set<string>();
  for (const { path, whole, status } of changeSet.files) {
    const { before, after } = whole ?? {};
    if (before === undefined || !declaresInterface(path) || (after === undefined && status !== 'deleted'))
      continue;
    const old = interfaceParts(path, before);
    const left = after === undefined ? new Set<string>() : interfaceParts(path, after);
    if (old === undefined || left === undefined) continue;
    for (const part of left) now.add(part);
    const parts = [...old].filter((part) => !left.has(part));
    if (parts.length > 0) gone.push({ path, parts });
  }
  // What only moved to another file is still there.
  const parts = gone.flatMap((file) => file.parts).filter((part) => !now.has(part));
  const files = gone.filter((file) => file.parts.some((part) => !now.has(part))).map((file) => file.path);
  return parts.length === 0 ? [] : candidateOf(changeSet, parts, files);
}

function candidateOf(
  changeSet: ChangeSet,
  parts: readonly string[],
  files: readonly string[],
): readonly Candidate[] {
  const names = parts.map((part) => part.slice(part.indexOf(' ') + 1)).filter((part) => part.length > 2);
  const last = names.map((part) => part.slice(part.search(/[\w-]+$/))).filter((part) => part.length > 3);
  const telling = tellingOf(
    changeSet,
    saysAnyOf([...about, ...names.slice(0, 20), ...last.slice(0, 20)]),
    false,
  );
  if (!isToldEnough(telling, 'naming')) return [];
  const { title, why } = telling;
  const told = parts.slice(0, 3).join(', ') + (parts.length > 3 ? ` and ${parts.length - 3} more` : '');
  return [
    {
      rule: 'interface-broken',
      kind: 'decision',
      subject: `interface:${[...parts].sort().slice(0, 3).join(',')}`,
      title: title ?? `No longer part of the interface: ${told}`,
      reason: `${files[0] ?? ''} no longer declares ${told}${why === undefined ? '' : ', and the message says why'}.`,
      confidence: why === undefined ? 0.55 : 0.8,
      paths: changedPaths(changeSet).filter((path) => files.includes(path)),
      ...(why === undefined ? {} : { why }),
    },
  ];
}
