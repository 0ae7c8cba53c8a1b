import type { Candidate, ChangeSet } from '../change-set.ts';
import { severalDependencies } from './dependency-added.ts';
import {
  type DependencyUpgrade,
  dependencyChanges,
  dependencyTelling,
  subjectOf,
} from './dependency-changes.ts';

/** What a project is built on: moving to its next major version changes how everything else is written. */
const foundations =
  /^(?:next|nuxt|react|vue|@angular\/core|svelte|@sveltejs\/kit|solid-js|express|fastify|@nestjs\/core|electron|typescript|webpack|vite|django|flask|fastapi|pydantic|sqlalchemy|rails|laravel\/framework|symfony\/.*|phoenix|tokio|axum|actix-web|bevy|flutter|org\.springframework\.boot(?::.*)?|io\.quarkus.*|Microsoft\.EntityFrameworkCore|tailwindcss|prisma|@prisma\/client|eslint)$/;
const migratedFiles = 5;
const routine = /^(?:package-lock|yarn|pnpm-lock|npm-shrinkwrap)\b|\.lock$|(?:^|\/)go\.sum$/;

/**
 * A direct dependency whose major version changed, where the message names it and says why, or where the commit moved
 * the code to a new version of what the project is built on. Any other bump is routine.
 */
export function dependencyUpgraded(changeSet: ChangeSet): readonly Candidate[] {
  const { upgraded } = dependencyChanges(changeSet);
  if (upgraded.length > severalDependencies * 2) return [];
  const moved = isMigration(changeSet, upgraded);
  return upgraded
    .map((change) => candidateOf(changeSet, change, upgraded.length === 1, moved))
    .filter((candidate) => candidate !== undefined);
}

function isMigration(changeSet: ChangeSet, upgraded: readonly DependencyUpgrade[]): boolean {
  const manifests = new Set(upgraded.flatMap((change) => change.paths));
  const others = changeSet.files.filter(
    (file) => !manifests.has(file.path) && !routine.test(file.path.slice(file.path.lastIndexOf('/') + 1)),
  );
  return others.length >= migratedFiles;
}

function candidateOf(
  changeSet: ChangeSet,
  change: DependencyUpgrade,
  isOnly: boolean,
  moved: boolean,
): Candidate | undefined {
  const { title, why, named } = dependencyTelling(changeSet, change, isOnly);
  const isFoundation = foundations.test(change.name);
  const isBack = change.to < change.from;
  if (!named || (why === undefined && !(isFoundation && moved && !isBack && title !== undefined)))
    return undefined;
  const base = subjectOf(change);
  return {
    rule: 'dependency-upgraded',
    kind: 'decision',
    subject: `${base}@${change.to}`,
    title: title ?? `${isBack ? 'Go back' : 'Move'} to ${change.name} ${change.to}`,
    reason: `${change.name} went from major version ${change.from} to ${change.to} in ${change.paths[0] ?? ''}${why === undefined ? ', and the code was moved to it' : ', and the message says why'}.`,
    considered: `${change.name} ${change.from}`,
    confidence: why === undefined ? 0.6 : 0.8,
    paths: change.paths,
    replaces: [`${base}@${change.from}`],
    ...(why === undefined ? {} : { why }),
  };
}
