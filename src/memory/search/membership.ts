import type { SearchGroup } from './search-group.ts';

/** A group that is in the index, with the numbers that postings know it and its documents by. */
export interface GroupPlace {
  readonly id: string;
  readonly number: number;
  /** Numbers of its documents, in order. */
  readonly members: readonly number[];
}

export interface MemberPlace {
  readonly id: string;
  readonly group: GroupPlace;
}

/** Gives groups and documents small numbers, so that scores are arrays; numbers of what went are given again after {@link release}. */
export class Membership {
  readonly #byId = new Map<string, GroupPlace>();
  readonly #groups: (GroupPlace | undefined)[] = [];
  readonly #members: (MemberPlace | undefined)[] = [];
  readonly #groupOf: number[] = [];
  readonly #before: number[] = [];
  readonly #after: number[] = [];
  #freeGroups: number[] = [];
  #freeMembers: number[] = [];
  #goneGroups: number[] = [];
  #goneMembers: number[] = [];

  /** Every number of a group, and of a document, is below these. */
  get groupNumbers(): number {
    return this.#groups.length;
  }

  get memberNumbers(): number {
    return this.#members.length;
  }

  /** How many documents there are, and how many went since {@link release}. */
  get present(): number {
    return this.#members.length - this.#freeMembers.length - this.#goneMembers.length;
  }

  get gone(): number {
    return this.#goneMembers.length;
  }

  /** Number of the group that a document stands in. */
  groupOf(member: number): number {
    return this.#groupOf[member] ?? 0;
  }

  group(number: number): GroupPlace | undefined {
    return this.#groups[number];
  }

  member(number: number): MemberPlace | undefined {
    return this.#members[number];
  }

  /** The documents right before and right after this one in its group; -1 where it is the first or the last. */
  before(member: number): number {
    return this.#before[member] ?? -1;
  }

  after(member: number): number {
    return this.#after[member] ?? -1;
  }

  /** The id must not be in use. */
  add({ id, documents }: SearchGroup): GroupPlace {
    const number = this.#freeGroups.pop() ?? this.#groups.length;
    const members = documents.map(() => this.#freeMembers.pop() ?? this.#members.push(undefined) - 1);
    const group: GroupPlace = { id, number, members };
    this.#byId.set(id, group);
    this.#groups[number] = group;
    for (const [position, document] of documents.entries()) {
      const member = members[position] ?? 0;
      this.#members[member] = { id: document.id, group };
      this.#groupOf[member] = number;
      this.#before[member] = members[position - 1] ?? -1;
      this.#after[member] = members[position + 1] ?? -1;
    }
    return group;
  }

  /** Answers the groups that were there and are gone now. */
  take(ids: readonly string[]): readonly GroupPlace[] {
    const taken = ids.flatMap((id) => this.#byId.get(id) ?? []);
    for (const { id, number, members } of taken) {
      if (!this.#byId.delete(id)) continue;
      this.#groups[number] = undefined;
      this.#goneGroups.push(number);
      for (const member of members) {
        this.#members[member] = undefined;
        this.#goneMembers.push(member);
      }
    }
    return taken;
  }

  /** The numbers of what went stand nowhere any more. */
  release(): void {
    this.#freeGroups = [...this.#freeGroups, ...this.#goneGroups];
    this.#freeMembers = [...this.#freeMembers, ...this.#goneMembers];
    this.#goneGroups = [];
    this.#goneMembers = [];
  }
}
