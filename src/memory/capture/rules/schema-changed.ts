import type { Candidate, ChangedFile, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { isPassedOver } from '../passed-over.ts';
import { isToldEnough, type Needs, saysAnyOf, tellingOf } from './telling.ts';

const place =
  /(?:^|\/)(?:migrations?|migrate|alembic\/versions|changelogs?|flyway|liquibase)\/|\.sql$|(?:^|\/)schema\.(?:prisma|rb|sql)$|\.prisma$/i;

interface SchemaForm {
  readonly what: 'created' | 'dropped' | 'renamed';
  readonly pattern: RegExp;
}

const name = String.raw`[\s(:\["'\x60]*(?:if\s+(?:not\s+)?exists\s+)?["'\x60\[]?((?:\w+["'\x60\]]?\.["'\x60\[]?)?\w+)`;

/** How migrations of SQL, Rails, Django, Alembic, Knex, Laravel and Prisma say it; table first. */
const forms: readonly SchemaForm[] = [
  { what: 'created', pattern: new RegExp(String.raw`\bcreate\s+table\b${name}`, 'i') },
  {
    what: 'created',
    pattern: new RegExp(String.raw`\b(?:create_table|createTable|Schema::create)\b${name}`),
  },
  { what: 'created', pattern: /\bCreateModel\b/ },
  { what: 'created', pattern: /^\s*model\s+(\w+)\s*\{/ },
  { what: 'dropped', pattern: new RegExp(String.raw`\bdrop\s+table\b${name}`, 'i') },
  {
    what: 'dropped',
    pattern: new RegExp(
      String.raw`\b(?:drop_table|dropTable|dropTableIfExists|Schema::drop(?:IfExists)?)\b${name}`,
    ),
  },
  { what: 'dropped', pattern: new RegExp(String.raw`\bDeleteModel\(\s*(?:name\s*=\s*)?${name}`) },
  { what: 'renamed', pattern: new RegExp(String.raw`\brename\s+(?:column|to)\b${name}`, 'i') },
  {
    what: 'renamed',
    pattern: new RegExp(String.raw`\b(?:rename_column|rename_table|renameColumn|renameTable)\b${name}`),
  },
  { what: 'renamed', pattern: /\bRename(?:Field|Model)\b/ },
];

const needs: Readonly<Record<SchemaForm['what'], Needs>> = {
  created: 'reason',
  dropped: 'naming',
  renamed: 'reason',
};
const most = 1;

interface SchemaChange {
  readonly what: SchemaForm['what'];
  readonly table: string;
  readonly path: string;
  readonly line: { readonly path: string; readonly line: number; readonly text: string };
}

/** A table that a migration creates, drops or renames, where the message gives the reason or is about dropping it. */
export function schemaChanged(changeSet: ChangeSet): readonly Candidate[] {
  if (commitNature(changeSet) !== 'ordinary' || changeSet.files.length > 200) return [];
  const order = ['dropped', 'renamed', 'created'];
  return changeSet.files
    .flatMap((file) => changesOf(file))
    .sort((a, b) => order.indexOf(a.what) - order.indexOf(b.what))
    .map((change) => candidateOf(changeSet, change))
    .filter((candidate) => candidate !== undefined)
    .slice(0, most);
}

function changesOf(file: ChangedFile): readonly SchemaChange[] {
  if (!place.test(file.path) || isPassedOver(file.path) || file.status === 'deleted') return [];
  const found: SchemaChange[] = [];
  for (const { line, text } of file.added) {
    // What follows undoes the migration.
    if (
      /\bdef (?:down|downgrade)\b|\bfunction down\b|\bexports\.down\b|--\s*\+?(?:goose|migrate:)\s*down/i.test(
        text,
      )
    )
      break;
    if (text.length > 500) continue;
    const form = forms.find(({ pattern }) => pattern.test(text));
    if (form === undefined) continue;
    const table = form.pattern.exec(text)?.[1]?.replace(/["'`[\]]/g, '') ?? '';
    found.push({
      what: form.what,
      table,
      path: file.path,
      line: { path: file.path, line, text: text.trim() },
    });
  }
  return found;
}

const verbs = { created: 'New table', dropped: 'Table dropped', renamed: 'Renamed in the schema' } as const;

function candidateOf(changeSet: ChangeSet, change: SchemaChange): Candidate | undefined {
  const { what, table, path, line } = change;
  const words = ['table', 'schema', 'column', 'database', 'migration', 'model', ...namesOf(table)];
  const telling = tellingOf(changeSet, saysAnyOf(words), false);
  if (!isToldEnough(telling, needs[what])) return undefined;
  const { title, why } = telling;
  return {
    rule: 'schema-changed',
    kind: 'decision',
    subject: `schema:${what}:${table === '' ? path : table.toLowerCase()}`,
    title: title ?? `${verbs[what]}: ${table === '' ? path : table}`,
    reason: `${path} says so in “${line.text.slice(0, 80)}”${why === undefined ? '' : ', and the message says why'}.`,
    confidence: why === undefined ? 0.55 : 0.75,
    paths: [path],
    line,
    ...(why === undefined ? {} : { why }),
  };
}

/** `user_sessions` is spoken of as "user sessions" and "sessions" too. */
function namesOf(table: string): readonly string[] {
  const plain = table.slice(table.lastIndexOf('.') + 1);
  if (plain.length < 3) return [];
  return [plain, plain.replace(/_/g, ' '), plain.replace(/s$/, '')];
}
