/** The form of a value without its content: keys and types. */
export type Shape = string | { readonly [key: string]: Shape };

export interface Message {
  readonly type: string;
  readonly subtype?: string;
  readonly [key: string]: unknown;
}

export function messagesOf(stdout: string): readonly Message[] {
  return stdout
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Message);
}

export function kindOf({ type, subtype }: Message): string {
  return subtype === undefined || type === 'result' ? type : `${type}/${subtype}`;
}

/** Of a list the form of its items together: keys of any, types of all. */
export function shapeOf(value: unknown): Shape {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    const [first, ...rest] = value.map(shapeOf);
    return { '[]': first === undefined ? 'nothing' : rest.reduce(merged, first) };
  }
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)] as const));
}

function merged(one: Shape, other: Shape): Shape {
  if (typeof one === 'string' && typeof other === 'string')
    return [...new Set([...one.split(' or '), ...other.split(' or ')])].sort().join(' or ');
  if (typeof one === 'string' || typeof other === 'string') return typeof one === 'string' ? other : one;
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    keys.map((key) => {
      const [mine, yours] = [one[key], other[key]];
      return [key, mine !== undefined && yours !== undefined ? merged(mine, yours) : (mine ?? yours ?? '')];
    }),
  );
}

export interface Difference {
  readonly where: string;
  readonly ours: string;
  readonly theirs: string;
}

/** Every place where two forms differ; `absent` where one has no such key. */
export function differences(ours: Shape, theirs: Shape, where: string): readonly Difference[] {
  if (typeof ours === 'string' || typeof theirs === 'string') {
    const [one, other] = [name(ours), name(theirs)];
    return one === other || [one, other].includes('nothing') ? [] : [{ where, ours: one, theirs: other }];
  }
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort().flatMap((key) => {
    const at = `${where}.${key}`;
    const [one, other] = [ours[key], theirs[key]];
    if (one === undefined) return [{ where: at, ours: 'absent', theirs: name(other) }];
    if (other === undefined) return [{ where: at, ours: name(one), theirs: 'absent' }];
    return differences(one, other, at);
  });
}

function name(shape: Shape | undefined): string {
  return typeof shape === 'string' ? shape : 'object';
}
