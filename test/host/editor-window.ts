// What a person does in a window of VS Code.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { StartedBrowser } from './browser.ts';
import { EditorArea } from './editor-area.ts';
import { REPOSITORY } from './installed-host.ts';
import { QuickInput } from './quick-input.ts';
import { type CodeServer, type OpenTarget, workbenchUrl } from './server.ts';
import { TerminalPanel } from './terminal-panel.ts';
import { Toasts } from './toasts.ts';
import { TreeView } from './tree-view.ts';
import { until } from './until.ts';

export type Theme = 'dark' | 'light' | 'high-contrast';

const THEMES: Readonly<Record<Theme, { readonly name: string; readonly mark: string }>> = {
  dark: { name: 'Dark Modern', mark: 'vs-dark' },
  light: { name: 'Light Modern', mark: 'vs' },
  'high-contrast': { name: 'Dark High Contrast', mark: 'hc-black' },
};

/** Where pictures of a test run go. */
const PICTURES = join(REPOSITORY, 'artifacts/pictures');

export class EditorWindow {
  readonly page: Page;
  readonly quick: QuickInput;
  readonly editor: EditorArea;
  readonly terminal: TerminalPanel;
  readonly toasts: Toasts;
  readonly #server: CodeServer;

  constructor(page: Page, server: CodeServer) {
    this.page = page;
    this.#server = server;
    this.quick = new QuickInput(page);
    this.editor = new EditorArea(page);
    this.terminal = new TerminalPanel(page);
    this.toasts = new Toasts(page);
  }

  /** Opens the side bar container of that title (click on its icon); nothing when it is open. */
  async openContainer(title: string): Promise<void> {
    const icon = this.#icon(title);
    await this.waitForIcon(title);
    if (await this.isOpen(title)) return;
    // The whole icon: its badge lies over all of it.
    await icon.click();
    await until(`${title} opens`, () => this.isOpen(title));
  }

  async waitForIcon(title: string): Promise<void> {
    await this.#icon(title).waitFor({ timeout: 60_000 });
  }

  /** Whether the side bar shows that container. */
  async isOpen(title: string): Promise<boolean> {
    return ((await this.#icon(title).getAttribute('class')) ?? '').split(' ').includes('checked');
  }

  /** Drags the edge of the side bar; `width` in CSS pixels. */
  async widenSideBar(width: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (box === null) throw new Error('There is no side bar to widen.');
    await this.page.mouse.move(box.x + box.width, box.y + 300);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, box.y + 300, { steps: 5 });
    await this.page.mouse.up();
  }

  view(title: string): TreeView {
    return new TreeView(this.page, title);
  }

  runCommand(title: string): Promise<void> {
    return this.quick.runCommand(title);
  }

  /** The number on a container's icon, empty where there is none. */
  async badge(title: string): Promise<string> {
    const badge = this.#icon(title).locator('.badge:visible .badge-content');
    return (await badge.count()) > 0 ? ((await badge.first().textContent()) ?? '').trim() : '';
  }

  async waitForBadge(title: string, value: string): Promise<void> {
    await until(`the badge of ${title} is "${value}"`, async () => (await this.badge(title)) === value);
  }

  /** Texts of the status bar, left to right. */
  async statusBar(): Promise<readonly string[]> {
    const items = await this.page.locator('.statusbar-item .statusbar-item-label').allInnerTexts();
    return items.map((item) => item.trim()).filter(Boolean);
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item .statusbar-item-label', { hasText: text }).first();
  }

  /** A modal dialog: presses the button of that label. */
  async answerDialog(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: button }).first().click();
  }

  async dialogText(): Promise<string> {
    return this.page.locator('.monaco-dialog-box').first().innerText();
  }

  /** The document inside the webview that is shown. */
  webview(): ReturnType<Page['frameLocator']> {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** Changes the colour theme as a person does (VS Code in a browser does not watch the user settings file). */
  async setTheme(theme: Theme): Promise<void> {
    const { name, mark } = THEMES[theme];
    if ((await this.page.locator(`.monaco-workbench.${mark}`).count()) > 0) return;
    await this.quick.runCommand('Preferences: Color Theme');
    await this.quick.waitFor('Select Color Theme');
    await this.quick.filter(name);
    await this.quick.pick(name);
    await this.page.locator(`.monaco-workbench.${mark}`).waitFor();
    await this.quick.box.waitFor({ state: 'hidden' });
  }

  /** Reloads the window: its extension host ends and another starts. */
  async reload(): Promise<void> {
    await this.page.reload();
    await painted(this.page);
  }

  /**
   * For a window of a workspace file. VS Code in a browser now and then takes one that it meets for the first time for
   * empty, in its own Explorer as well: loaded again it has the folders.
   */
  async waitForFolders(): Promise<void> {
    const roots = this.page.locator('.explorer-folders-view .monaco-list-row').first();
    const probe = async (): Promise<boolean> => {
      await this.openContainer('Explorer');
      if (
        await roots.waitFor({ timeout: 5_000 }).then(
          () => true,
          () => false,
        )
      )
        return true;
      await this.reload();
      return false;
    };
    await until('the window has the folders of its workspace file', probe, 60_000);
  }

  /** Changes user settings and reloads the window, which reads them only then. */
  async changeSettings(changes: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#server.writeSettings(changes);
    await this.reload();
  }

  /** Takes a picture into `artifacts/pictures/NAME.png` (of this window, or of one part of it); answers its path. */
  async screenshot(name: string, part?: Locator): Promise<string> {
    await mkdir(PICTURES, { recursive: true });
    const path = join(PICTURES, `${name}.png`);
    await (part ?? this.page).screenshot({ path, animations: 'disabled' });
    return path;
  }

  /** The same picture in each theme: `NAME-dark.png`, `NAME-light.png`, `NAME-high-contrast.png`. */
  async screenshots(name: string, part?: Locator): Promise<readonly string[]> {
    const paths: string[] = [];
    for (const theme of ['light', 'high-contrast', 'dark'] as const) {
      await this.setTheme(theme);
      paths.push(await this.screenshot(`${name}-${theme}`, part));
    }
    return paths;
  }

  #icon(title: string): Locator {
    const link = this.page.locator(`a.action-label[aria-label^=${JSON.stringify(title)}]`);
    return this.page.locator('.activitybar .action-item', { has: link }).first();
  }
}

/** Opens a window of the server in the browser and answers when it is painted. */
export async function openWindow(
  server: CodeServer,
  browser: Pick<StartedBrowser, 'context'>,
  target: OpenTarget = {},
): Promise<EditorWindow> {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(workbenchUrl(server, target));
  await painted(page);
  return new EditorWindow(page, server);
}

async function painted(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: 60_000 });
}
