import { resolve } from 'node:path';
import { claudeCodeReader } from '../../../../src/agent/history/claude-code/claude-code-reader.ts';
import { throughArchive } from './through-archive.ts';

const histories = resolve(import.meta.dirname, '../../../fixtures/histories');

throughArchive('Claude Code', { reader: claudeCodeReader, home: resolve(histories, 'claude-code') });
