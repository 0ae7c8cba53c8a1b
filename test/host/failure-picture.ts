import { beforeEach, onTestFailed } from 'vitest';
import type { EditorWindow } from './editor-window.ts';

/** Takes a picture of the window whenever a test of this file fails: `artifacts/pictures/failed-NAME.png`. */
export function pictureOnFailure(window: () => EditorWindow | undefined): void {
  beforeEach(() => {
    onTestFailed(async ({ task }) => {
      const name = `failed-${task.name.replaceAll(/\W+/g, '-').slice(0, 80)}`;
      const path = await window()
        ?.screenshot(name)
        .catch(() => undefined);
      if (path) process.stderr.write(`Picture of the failure: ${path}\n`);
    });
  });
}
