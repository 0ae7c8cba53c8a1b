import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/base/text-diff.ts';
import { planChanges } from '../../src/views/sessions/rewind-preview.ts';

const files: Readonly<Record<string, string>> = { '/r/src/a.ts': 'one\ntwo\n', '/r/made.ts': 'made\n' };
const read = async (path: string): Promise<string> => {
  const text = files[path];
  if (text === undefined) throw new Error(`no ${path}`);
  return text;
};

describe('the diff that is shown before a rewind', () => {
  it('has the file as it is and as it would be; what comes or goes has one side', async () => {
    const changes = await planChanges(
      {
        root: '/r',
        changes: [
          { path: 'src/a.ts', kind: 'change', diff: unifiedDiff('src/a.ts', 'one\ntwo\n', 'one\n2\n') },
          { path: 'made.ts', kind: 'remove', diff: unifiedDiff('made.ts', 'made\n', '') },
          { path: 'gone.ts', kind: 'create', diff: unifiedDiff('gone.ts', '', 'back\n') },
        ],
      },
      read,
    );
    expect(changes).toEqual([
      { path: '/r/src/a.ts', before: 'one\ntwo\n', after: 'one\n2\n' },
      { path: '/r/made.ts', before: 'made\n', after: undefined },
      { path: '/r/gone.ts', before: undefined, after: 'back\n' },
    ]);
  });

  it('shows the sentence where there is no text to compare', async () => {
    const [change] = await planChanges(
      { root: '/r', changes: [{ path: 'a.png', kind: 'change', diff: 'Content of a.png: 9 bytes now.\n' }] },
      read,
    );
    expect(change?.after).toBe('Content of a.png: 9 bytes now.\n');
  });
});
