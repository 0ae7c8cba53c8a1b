import { describe, expect, test, vi } from 'vitest';
import {
  ada,
  bob,
  type Clone,
  capture,
  decide,
  type Server,
  serverWithMemory,
  unwrap,
} from './clone-places.ts';

// Dozens of git processes each, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

/** A server with `count` accepted records, decided and accepted by Ada. */
async function accepted(count = 1): Promise<{ readonly server: Server; readonly first: Clone }> {
  const { server, first } = await serverWithMemory();
  for (let n = 0; n < count; n++) await decide(first, `library-${n}`);
  const ids = (await capture(first)).map(({ id }) => id);
  expect(ids).toHaveLength(count);
  unwrap(await first.workspace.accept(ids));
  first.commit('Accept');
  first.git('push', '-q', 'origin', 'HEAD');
  return { server, first };
}

async function arrivedIn(clone: Clone) {
  return (await clone.workspace.proposals()).filter(({ group }) => group === 'arrived');
}

const recordOf = async (clone: Clone): Promise<string> =>
  clone.git('ls-files', '.varve/memory/decision-*').split('\n')[0] ?? '';

describe('a record accepted elsewhere', () => {
  test('has arrived: it is loaded, and labelled with who committed it', async () => {
    const { server, first } = await accepted();
    expect(await arrivedIn(first)).toEqual([]);
    const there = await server.clone(bob);
    const [arrived, ...others] = await arrivedIn(there);
    expect(others).toEqual([]);
    expect(arrived).toMatchObject({
      place: 'repository',
      origin: 'untrusted',
      record: { status: 'accepted' },
      evidence: { source: 'commit:Ada <ada@example.org>' },
      broughtBy: { name: 'Ada', mail: 'ada@example.org', commit: first.git('rev-parse', 'HEAD') },
    });
    expect(await there.read('.claude/rules/varve.md')).toContain('library-0');
  });

  test('is acknowledged by accepting it: no byte changes, and it is not shown again, also after a restart', async () => {
    const { server } = await accepted(2);
    const there = await server.clone(bob);
    const ids = (await arrivedIn(there)).map(({ id }) => id);
    const entry = unwrap(await there.workspace.accept(ids.slice(0, 1)));
    expect(entry).toMatchObject({ action: 'accept', subject: ids.slice(0, 1), targets: [] });
    expect(there.git('status', '--porcelain')).toBe('');
    expect((await arrivedIn(there)).map(({ id }) => id)).toEqual(ids.slice(1));
    expect((await arrivedIn(await there.again())).map(({ id }) => id)).toEqual(ids.slice(1));
    unwrap(await there.workspace.undo());
    expect((await arrivedIn(there)).map(({ id }) => id)).toEqual(ids);
  });

  test('is retired by rejecting it', async () => {
    const { server } = await accepted();
    const there = await server.clone(bob);
    const [arrived] = await arrivedIn(there);
    unwrap(await there.workspace.reject([arrived?.id ?? '']));
    expect(await arrivedIn(there)).toEqual([]);
    expect(there.git('ls-files', '--others', '.varve/archive')).toContain(arrived?.record.name);
    expect(await there.read('.varve/memory/MEMORY.md')).not.toContain('library-0');
    unwrap(await there.workspace.undo());
    expect(await arrivedIn(there)).toHaveLength(1);
  });

  test('is not edited as if it were a proposal', async () => {
    const { server } = await accepted();
    const there = await server.clone(bob);
    const [arrived] = await arrivedIn(there);
    const text = await there.read(await recordOf(there));
    const refused = await there.workspace.edit(arrived?.id ?? '', `${text}More.\n`);
    expect(refused).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    expect(there.git('status', '--porcelain')).toBe('');
  });

  test('does not flood the owner’s own new clone', async () => {
    const { server, first } = await accepted();
    const text = await first.read(await recordOf(first));
    const id = /varve_id: (\w+)/.exec(text)?.[1] ?? '';
    for (let n = 10; n < 89; n++) {
      const other = `${id.slice(0, -2)}${n}`;
      const name = `decision-more-${other.slice(-6).toLowerCase()}`;
      await first.write(
        `.varve/memory/${name}.md`,
        text.replace(id, other).replace(/^name: .*$/m, `name: ${name}`),
      );
    }
    unwrap(await first.workspace.regenerate());
    first.commit('Many');
    first.git('push', '-q', 'origin', 'HEAD');
    const again = await server.clone(ada);
    expect(await again.workspace.records()).toHaveLength(80);
    expect(await again.workspace.proposals()).toEqual([]);
    expect(await again.workspace.log()).toEqual([]);
    expect(await arrivedIn(await server.clone(bob))).toHaveLength(80);
  });

  test('comes from nobody where an agent signed the owner’s commit', async () => {
    const { server, first } = await accepted();
    await decide(first, 'more');
    const ids = (await capture(first)).map(({ id }) => id);
    unwrap(await first.workspace.accept(ids));
    first.commit('Accept\n\nCo-authored-by: Claude <noreply@anthropic.com>');
    first.git('push', '-q', 'origin', 'HEAD');
    const again = await server.clone(ada);
    expect(await arrivedIn(again)).toMatchObject([
      { id: ids[0], origin: 'agent', broughtBy: { isByAgent: true } },
    ]);
  });

  test('shows where it was rejected here, whoever accepted it', async () => {
    const { server, first } = await serverWithMemory();
    await decide(first, 'library');
    first.git('push', '-q', 'origin', 'HEAD');
    const second = await server.clone(ada);
    const id = (await capture(first))[0]?.id ?? '';
    first.commit('Proposal');
    first.git('push', '-q', 'origin', 'HEAD');
    second.git('pull', '-q');
    unwrap(await first.workspace.reject([id]));
    unwrap(await second.workspace.accept([id]));
    second.commit('Accept');
    second.git('push', '-q', 'origin', 'HEAD');
    first.git('checkout', '-q', '.');
    first.git('pull', '-q');
    expect(await arrivedIn(first)).toMatchObject([{ id, origin: 'owner', isRejectedHere: true }]);
    unwrap(await first.workspace.accept([id]));
    expect(await arrivedIn(first)).toEqual([]);
  });
});

describe('another text of a record', () => {
  test('arrives when somebody else committed it, and not while it is edited here', async () => {
    const { server, first } = await accepted();
    const there = await server.clone(bob);
    const path = await recordOf(there);
    unwrap(await there.workspace.accept((await arrivedIn(there)).map(({ id }) => id)));
    await there.write(path, `${await there.read(path)}Ask Bob.\n`);
    expect(await arrivedIn(there)).toEqual([]);
    there.commit('Edit');
    expect(await arrivedIn(there)).toEqual([]);
    there.git('push', '-q', 'origin', 'HEAD');
    first.git('pull', '-q');
    expect(await arrivedIn(first)).toMatchObject([{ broughtBy: { name: 'Bob' }, origin: 'untrusted' }]);
  });

  test('is no other text for its line ends', async () => {
    const { server } = await accepted();
    const there = await server.clone(bob);
    unwrap(await there.workspace.accept((await arrivedIn(there)).map(({ id }) => id)));
    const path = await recordOf(there);
    await there.write(path, (await there.read(path)).replaceAll('\n', '\r\n'));
    expect(await arrivedIn(there)).toEqual([]);
  });
});

test('a record file that nobody committed is nobody’s', async () => {
  const { server } = await accepted();
  const there = await server.clone(bob);
  const path = await recordOf(there);
  const text = await there.read(path);
  there.git('rm', '-q', path);
  there.commit('Take it out');
  await there.write('.varve/memory/decision-planted-aaaaaa.md', text);
  const [planted] = await arrivedIn(there);
  expect(planted?.origin).toBe('untrusted');
  expect(planted).not.toHaveProperty('broughtBy');
});

test('a file’s name cannot pass for the commit that brought it', async () => {
  const { server, first } = await accepted();
  const name = await recordOf(first);
  const there = await server.clone(bob);
  const text = await there.read(name);
  const forged = `.varve/memory/a\n${'0'.repeat(40)}\u0001Bob\u0001bob@example.org\u0001Bob\u0001bob@example.org\u0001x.md`;
  await first.write(forged, text);
  await first.write(name, `${text}More.\n`);
  first.commit('Forge');
  first.git('push', '-q', 'origin', 'HEAD');
  there.git('pull', '-q');
  expect((await arrivedIn(there)).map(({ broughtBy }) => broughtBy?.name)).toEqual(['Ada', 'Ada']);
});

test('in private mode nothing arrives', async () => {
  const { server } = await accepted();
  const there = await server.clone(bob);
  there.git('rm', '-rq', '.varve');
  there.commit('No memory here');
  const again = await there.again();
  expect(await again.workspace.proposals()).toEqual([]);
});
