/** Gives each entry of a session a name of its own. */
export class EntryNames {
  /** Names that are given, with how often each was asked for. */
  readonly #given = new Map<string, number>();

  /** The tool's own name, else `ordinal`, its place; of several equal ones the later are told apart. */
  of(own: string | undefined, ordinal: number | string): string {
    const name = own === undefined || own === '' ? `#${ordinal}` : own;
    let count = this.#given.get(name) ?? 0;
    let given = name;
    for (count += 1; this.#given.has(given); count += 1) given = `${name}~${count}`;
    this.#given.set(name, count - 1 || 1);
    if (given !== name) this.#given.set(given, 1);
    return given;
  }
}
