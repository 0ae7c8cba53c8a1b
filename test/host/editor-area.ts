import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

/** The text editors of a window. */
export class EditorArea {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get #active(): Locator {
    return this.#page.locator('.editor-group-container.active');
  }

  /** Titles of the open tabs. */
  async tabs(): Promise<readonly string[]> {
    return Promise.all((await this.#page.locator('.tabs-container .tab').all()).map(titleOf));
  }

  async activeTab(): Promise<string> {
    const tab = this.#active.locator('.tabs-container .tab.active').first();
    return (await tab.count()) > 0 ? titleOf(tab) : '';
  }

  async waitForTab(title: string | RegExp, timeout = 30_000): Promise<void> {
    const is = (tab: string): boolean => (typeof title === 'string' ? tab === title : title.test(tab));
    await until(`the tab ${title} is active`, async () => is(await this.activeTab()), timeout);
  }

  /** The lines on screen of the active editor (of the right side of a difference). */
  async visibleText(): Promise<string> {
    return linesOf(
      this.#active.locator('.monaco-editor:not(.original-in-monaco-diff-editor) .view-lines').last(),
    );
  }

  async waitForText(text: string | RegExp, timeout = 30_000): Promise<void> {
    let seen = '';
    const probe = async (): Promise<boolean> => {
      seen = await this.visibleText().catch(() => '');
      return typeof text === 'string' ? seen.includes(text) : text.test(seen);
    };
    await until(`the editor shows ${text}`, probe, timeout).catch((error: Error) => {
      throw new Error(`${error.message}; it showed:\n${seen}`);
    });
  }

  /** The whole text of the active editor, through the clipboard, as Select All and Copy give it. */
  async text(): Promise<string> {
    await this.focus();
    await this.#page.keyboard.press('ControlOrMeta+A');
    await this.#page.keyboard.press('ControlOrMeta+C');
    return this.#page.evaluate(() => navigator.clipboard.readText());
  }

  /**
   * Puts the keyboard into the active editor (into the right side of a difference). Not by a click: where the editor
   * moves in that moment, as when a panel opens, the browser scrolls the whole window to get at it.
   */
  async focus(): Promise<void> {
    await this.#active
      .locator('.monaco-editor')
      .locator('.native-edit-context, textarea.inputarea')
      .last()
      .focus();
  }

  /** Replaces everything in the active editor; nothing is saved by it. */
  async replaceText(text: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press('ControlOrMeta+A');
    // Not typed key by key: the editor would indent and close brackets.
    await this.#page.keyboard.insertText(text);
  }

  async save(): Promise<void> {
    await this.#page.keyboard.press('ControlOrMeta+S');
  }

  async waitForTabsGone(): Promise<void> {
    await until('no editor is open', async () => (await this.tabs()).length === 0);
  }

  async closeAll(): Promise<void> {
    await this.#page.keyboard.press('ControlOrMeta+K');
    await this.#page.keyboard.press('ControlOrMeta+W');
  }

  /** Both sides, on screen, of the difference in the active editor. */
  async difference(): Promise<{ readonly left: string; readonly right: string }> {
    const sides = this.#active.locator('.monaco-diff-editor');
    await sides.first().waitFor();
    return {
      left: await linesOf(sides.locator('.editor.original .view-lines').first()),
      right: await linesOf(sides.locator('.editor.modified .view-lines').first()),
    };
  }

  /** A button in the title bar of the active editor. */
  async titleAction(title: string): Promise<void> {
    await this.#active
      .locator(`.editor-actions a.action-label[aria-label^=${JSON.stringify(title)}]`)
      .first()
      .click();
  }

  codeLens(text: string): Locator {
    return this.#active.locator('.codelens-decoration a', { hasText: text });
  }
}

/** VS Code 1.139 draws a file's extension apart from its name. */
async function titleOf(tab: Locator): Promise<string> {
  return (await tab.locator('.label-name, .label-suffix').allTextContents()).join('').trim();
}

/** Lines are absolutely placed in any order, and blanks are no-break spaces. */
async function linesOf(lines: Locator): Promise<string> {
  const found = await lines.locator('.view-line').evaluateAll((all) =>
    all
      .map((line) => ({
        top: Number.parseFloat((line as HTMLElement).style.top),
        text: line.textContent ?? '',
      }))
      .sort((a, b) => a.top - b.top)
      .map((line) => line.text),
  );
  return found
    .join('\n')
    .replaceAll('\u00a0', ' ')
    .replaceAll(/[\u200b\u200c]/g, '');
}
