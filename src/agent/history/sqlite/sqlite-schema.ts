/** What of a table's definition is needed to read its rows. */
export interface TableShape {
  /** In the order in which they are stored, virtual ones left out. */
  readonly columns: readonly string[];
  /** The column that is the row's id itself: it is stored as null. */
  readonly rowIdColumn: string | undefined;
  /** Columns of the constraints that SQLite makes an index of by itself, in order. */
  readonly uniques: readonly (readonly string[])[];
  readonly isWithoutRowId: boolean;
  /** Texts are ordered otherwise than by their bytes somewhere: no index of it is looked up in. */
  readonly isCollated: boolean;
}

/** Of `CREATE TABLE name (…)`; undefined for what has no columns of its own, as a virtual table. */
export function tableShape(sql: string): TableShape | undefined {
  const body = definitionsOf(sql);
  if (!body || /^\s*create\s+virtual\b/i.test(sql)) return undefined;
  const columns: string[] = [];
  const uniques: (readonly string[])[] = [];
  let rowIdColumn: string | undefined;
  for (const words of body.definitions) {
    const [first, second] = words;
    if (first === undefined) continue;
    if (isConstraint(first)) {
      const key = keyOf(words);
      if (key) uniques.push(key);
      continue;
    }
    const name = nameOf(first);
    const rest = words.slice(1).map((word) => word.toUpperCase());
    if (!isVirtual(rest)) columns.push(name);
    const isPrimary = rest.some((word, index) => word === 'PRIMARY' && rest[index + 1] === 'KEY');
    if (isPrimary && second?.toUpperCase() === 'INTEGER') rowIdColumn = name;
    else if (isPrimary || rest.includes('UNIQUE')) uniques.push([name]);
  }
  return {
    columns,
    rowIdColumn,
    uniques,
    isWithoutRowId: /\bwithout\s+rowid\b/i.test(body.after),
    isCollated: /\bcollate\b/i.test(sql),
  };
}

/** First columns of `CREATE INDEX …`, up to one that is ordered in a way of its own; undefined where not all rows are in it. */
export function indexColumns(sql: string): readonly string[] | undefined {
  const body = definitionsOf(sql);
  if (!body || /\bwhere\b/i.test(body.after)) return undefined;
  const names: string[] = [];
  for (const words of body.definitions) {
    const [first] = words;
    if (first === undefined || words.length > 1) break;
    names.push(nameOf(first));
  }
  return names;
}

/** The words between the first brackets, cut at the commas that are in no others, and what stands behind. */
function definitionsOf(
  sql: string,
): { readonly definitions: readonly (readonly string[])[]; readonly after: string } | undefined {
  const definitions: string[][] = [[]];
  let depth = 0;
  for (const { 0: word, index } of sql.matchAll(WORDS)) {
    if (/^(?:\s|--|\/\*)/.test(word)) continue;
    if (word === ')') depth -= 1;
    if (depth === 0 && word === ')') return { definitions, after: sql.slice(index + 1) };
    if (depth === 1 && word === ',') definitions.push([]);
    else if (depth > 0) definitions.at(-1)?.push(word);
    if (word === '(') depth += 1;
  }
  return undefined;
}

const WORDS =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[^\s(),'"`[]+|[(),]/g;

function isConstraint(word: string): boolean {
  return ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN'].includes(word.toUpperCase());
}

/** Columns of `PRIMARY KEY (a, b)` and `UNIQUE (a, b)`, also with a name before. */
function keyOf(words: readonly string[]): readonly string[] | undefined {
  const start = words[0]?.toUpperCase() === 'CONSTRAINT' ? 2 : 0;
  const kind = words[start]?.toUpperCase();
  if (kind !== 'PRIMARY' && kind !== 'UNIQUE') return undefined;
  const open = words.indexOf('(', start);
  const close = words.indexOf(')', open);
  if (open === -1 || close === -1) return undefined;
  const inside = words.slice(open + 1, close);
  // With an order or a collation of its own it is not looked up by.
  return inside.every((word, index) => (word === ',') === (index % 2 === 1))
    ? inside.filter((word) => word !== ',').map(nameOf)
    : [];
}

/** Of upper-case words: computed when it is read, so not stored. */
function isVirtual(words: readonly string[]): boolean {
  const isGenerated = words.some((word, index) => word === 'AS' && words[index + 1] === '(');
  return isGenerated && !words.includes('STORED');
}

function nameOf(word: string): string {
  const first = word[0];
  if (first === '[') return word.slice(1, -1);
  if (first !== '"' && first !== '`' && first !== "'") return word;
  return word.slice(1, -1).replaceAll(first + first, first);
}
