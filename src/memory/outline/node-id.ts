/**
 * Hands out ids: the path of keys from the root of the tree. Equal keys under one parent are numbered in order,
 * and keys cannot imitate a number or a path, so no two nodes share an id.
 */
export class NodeIds {
  readonly #used = new Map<string, number>();

  next(parent: string, kind: string, key: string): string {
    // A lone surrogate would be lost where an id is written out, and two keys would become one.
    const wellFormed = key.replace(
      /[%:\p{Cs}]/gu,
      (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    const id = `${parent === '' ? '' : `${parent}:`}${kind}.${wellFormed}`;
    const count = (this.#used.get(id) ?? 0) + 1;
    this.#used.set(id, count);
    return count === 1 ? id : `${id}:${count}`;
  }
}
