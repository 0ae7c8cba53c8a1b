import type { Git } from '../../base/git.ts';

/** The owner of this clone, as git knows them. */
export interface Owner {
  readonly name: string;
  /** Lower case; empty where none is set. */
  readonly mail: string;
}

export async function ownerOf(git: Git | undefined): Promise<Owner> {
  if (git === undefined) return { name: 'you', mail: '' };
  const [name, mail] = await Promise.all([
    git.text(['config', 'user.name']),
    git.text(['config', 'user.email']),
  ]);
  return {
    name: name.ok && name.value !== '' ? name.value : 'you',
    mail: mail.ok ? mail.value.toLowerCase() : '',
  };
}

/** How a person is named as a source. */
export function personSource(owner: Owner): string {
  return `person:${owner.name} <${owner.mail}>`;
}
