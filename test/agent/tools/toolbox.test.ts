import { expect, test } from 'vitest';
import { systemPrompt } from '../../../src/agent/loop/system-prompt.ts';
import { createReadState } from '../../../src/agent/tools/read-state.ts';
import { createTools } from '../../../src/agent/tools/toolbox.ts';
import { noUnsavedFiles } from '../../../src/agent/tools/unsaved-files.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';

const tools = createTools({
  files: nodeFiles,
  readState: createReadState(),
  unsavedFiles: noUnsavedFiles,
  environment: {},
});

test('the fixed part of every request stays within 12 KB', () => {
  const system = systemPrompt({ root: '/a/workspace', platform: 'linux', day: '2026-11-22', branch: 'main' });
  const fixed = JSON.stringify([...system, ...tools.map((tool) => tool.definition)]);
  expect(Buffer.byteLength(fixed)).toBeLessThan(12 * 1024);
});

test('the toolbox holds seven tools, each with an object schema without loose ends', () => {
  expect(tools.map((tool) => tool.definition.name)).toEqual([
    'read',
    'list',
    'glob',
    'grep',
    'edit',
    'write',
    'run_command',
  ]);
  for (const { definition } of tools) {
    expect(definition.input_schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(definition.input_schema).not.toHaveProperty('$schema');
    expect(definition.description.length).toBeGreaterThan(20);
  }
});
