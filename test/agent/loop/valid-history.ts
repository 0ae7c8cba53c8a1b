import { expect } from 'vitest';

interface Block {
  readonly type: string;
  readonly id?: string;
  readonly tool_use_id?: string;
}

/** What the Messages API demands: the user begins, roles alternate, every call has its one result right behind it. */
export function expectValid(
  messages: readonly { readonly role: string; readonly content: string | readonly Block[] }[],
): void {
  const blocks = messages.map(({ content }) => (typeof content === 'string' ? [] : content));
  messages.forEach((message, at) => {
    expect(message.role).toBe(at % 2 === 0 ? 'user' : 'assistant');
    expect(message.content.length).toBeGreaterThan(0);
    if (message.role !== 'user') return;
    const called = (blocks[at - 1] ?? []).flatMap(({ type, id }) => (type === 'tool_use' ? [id] : []));
    const answered = (blocks[at] ?? []).flatMap((block) =>
      block.type === 'tool_result' ? [block.tool_use_id] : [],
    );
    expect([...answered].sort()).toEqual([...called].sort());
    expect((blocks[at] ?? []).slice(0, answered.length).every(({ type }) => type === 'tool_result')).toBe(
      true,
    );
  });
}
