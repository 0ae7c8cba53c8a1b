import { expect, it } from 'vitest';
import { isInSharedDatabase } from '../../../../src/agent/history/archive/shared-database.ts';

it('a database of a whole tool is never a session to be copied, however it is named', () => {
  expect(isInSharedDatabase({ path: '/home/user/x', isShared: true })).toBe(true);
  expect(isInSharedDatabase({ path: '/home/user/.local/share/opencode/opencode.db' })).toBe(true);
  expect(isInSharedDatabase({ path: '/home/user/agent.SQLite' })).toBe(true);
  expect(isInSharedDatabase({ path: '/home/user/.codex/sessions/rollout-db.jsonl' })).toBe(false);
});
