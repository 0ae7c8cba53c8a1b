import type * as vscode from 'vscode';
import type { EditorParts } from '../../src/views/model/editor-messages.ts';

/** The editor's classes by the properties that they are typed with. */
export const editorParts: EditorParts = {
  text: (value) => ({ value }),
  call: (callId, name, input) => ({ callId, name, input }),
  result: (callId, content) => ({ callId, content: [...content] }),
  user: (content) => ({
    role: 1 as vscode.LanguageModelChatMessageRole,
    content: [...content],
    name: undefined,
  }),
  assistant: (content) => ({
    role: 2 as vscode.LanguageModelChatMessageRole,
    content: [...content],
    name: undefined,
  }),
};
