import { describe, expect, it } from 'vitest';
import { examineMachine } from '../../../src/agent/housekeeping/examine-machine.ts';
import type { Files } from '../../../src/base/files.ts';
import { createGit } from '../../../src/base/git-process.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { temporaryDirectory } from '../session/fixtures.ts';

async function findingsWith(mounts: string, given: { nodeVersion?: string } = {}) {
  const varveHome = await temporaryDirectory();
  const files: Files = {
    ...nodeFiles,
    readFile: async (path) =>
      path === '/proc/self/mountinfo'
        ? Buffer.from(mounts.replaceAll('HOME', varveHome))
        : nodeFiles.readFile(path),
  };
  return examineMachine({
    files,
    git: createGit({ directory: varveHome, environment: process.env }),
    environment: { REMOTE_CONTAINERS: 'true' },
    platform: 'linux',
    nodeVersion: 'v22.15.0',
    varveHome,
    ...given,
  });
}

describe('varve doctor in a container', () => {
  it('warns that the state goes with it, unless it stands on a mount of its own', async () => {
    const lost = await findingsWith('1 0 0:1 / / rw - overlay overlay rw\n');
    expect(lost.at(-1)).toMatchObject({ subject: 'Container', state: 'warning' });
    const kept = await findingsWith(
      '1 0 0:1 / / rw - overlay o rw\n2 1 8:1 /vol HOME rw - ext4 /dev/sda rw\n',
    );
    expect(kept.map(({ subject }) => subject)).not.toContain('Container');
    const beside = await findingsWith('2 1 8:1 /vol HOME-other rw - ext4 /dev/sda rw\n');
    expect(beside.at(-1)).toMatchObject({ subject: 'Container' });
  });

  it('knows which Node is too old', async () => {
    const nodes = ['v22.14.9', 'v22.15.0', 'v24.0.0', 'v20.19.0'];
    const states = await Promise.all(
      nodes.map(async (nodeVersion) => (await findingsWith('', { nodeVersion }))[0]?.state),
    );
    expect(states).toEqual(['warning', 'good', 'good', 'warning']);
  });
});
