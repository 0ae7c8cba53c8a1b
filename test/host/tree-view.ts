import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** 1 for a root. */
  readonly level: number;
  /** `undefined` for a row that has nothing below it. */
  readonly expanded: boolean | undefined;
}

/** A row's label: the whole of it, or what matches. */
export type RowName = string | RegExp;

/** As long as a person needs to aim. */
const STILL_MS = 200;

/** One view of the side bar, by the title a person reads on it. */
export class TreeView {
  readonly #page: Page;
  /** The view with header and body. */
  readonly pane: Locator;

  constructor(page: Page, title: string) {
    this.#page = page;
    this.pane = page.locator('.split-view-view .pane', {
      has: page.locator(`.pane-header[aria-label^=${JSON.stringify(`${title} Section`)}]`),
    });
  }

  /** Opens the view where it is folded. */
  unfold(): Promise<void> {
    return this.#turn(true);
  }

  fold(): Promise<void> {
    return this.#turn(false);
  }

  /** A click that comes while VS Code lays the views out anew is lost: looks again until it is as wanted. */
  async #turn(open: boolean): Promise<void> {
    const header = this.pane.locator('.pane-header').first();
    await header.waitFor();
    await until(`the view is ${open ? 'unfolded' : 'folded'}`, async () => {
      if ((await header.getAttribute('aria-expanded')) === String(open)) return true;
      await header.locator('.title').first().click();
      return false;
    });
  }

  /** The rows on screen, top to bottom; the list is virtual, so what is scrolled away is not among them. */
  async rows(): Promise<readonly TreeRow[]> {
    return this.pane.locator('.monaco-list-row').evaluateAll((rows) =>
      rows
        .map((row) => ({
          index: Number(row.getAttribute('data-index')),
          label: row.querySelector('.label-name')?.textContent ?? '',
          description: row.querySelector('.label-description')?.textContent ?? '',
          level: Number(row.getAttribute('aria-level')),
          expanded: row.hasAttribute('aria-expanded')
            ? row.getAttribute('aria-expanded') === 'true'
            : undefined,
        }))
        .sort((a, b) => a.index - b.index)
        .map(({ index: _, ...row }) => row),
    );
  }

  async labels(): Promise<readonly string[]> {
    return (await this.rows()).map((row) => row.label);
  }

  /** The first row of that name; a string must be the whole label. */
  row(name: RowName): Locator {
    const text = typeof name === 'string' ? new RegExp(`^${escapeRegExp(name)}$`) : name;
    return this.pane
      .locator('.monaco-list-row', { has: this.#page.locator('.label-name', { hasText: text }) })
      .first();
  }

  async waitFor(name: RowName, timeout = 30_000): Promise<void> {
    await this.row(name).waitFor({ timeout });
  }

  async waitGone(name: RowName, timeout = 30_000): Promise<void> {
    await this.row(name).waitFor({ state: 'detached', timeout });
  }

  /** Waits until the rows on screen satisfy `holds`; answers them. */
  async waitUntil(
    what: string,
    holds: (rows: readonly TreeRow[]) => boolean,
    timeout = 30_000,
  ): Promise<readonly TreeRow[]> {
    let seen: readonly TreeRow[] = [];
    const probe = async (): Promise<readonly TreeRow[] | undefined> => {
      seen = await this.rows();
      return holds(seen) ? seen : undefined;
    };
    try {
      return await until(what, probe, timeout);
    } catch (error) {
      throw new Error(
        `${(error as Error).message}; the rows were: ${seen.map((row) => row.label).join(' | ')}`,
      );
    }
  }

  /** Opens each row of the path in turn, e.g. `expand('Project', 'CLAUDE.md')`. */
  async expand(...path: readonly RowName[]): Promise<void> {
    for (const name of path) {
      const row = this.row(name);
      await row.waitFor();
      if ((await row.getAttribute('aria-expanded')) !== 'false') continue;
      await row.locator('.monaco-tl-twistie').click();
      await until(`${name} opens`, async () => (await row.getAttribute('aria-expanded')) === 'true');
    }
  }

  async click(name: RowName): Promise<void> {
    await this.row(name).locator('.label-name').click();
  }

  async doubleClick(name: RowName): Promise<void> {
    await this.row(name).locator('.label-name').dblclick();
  }

  /**
   * Clicks an inline button of a row by its title, once the rows stand still: what is clicked in the moment in which
   * VS Code asks for the rows anew reaches a command without its row.
   */
  async inlineAction(name: RowName, title: string, timeout = 30_000): Promise<void> {
    const row = this.row(name);
    await row.waitFor({ timeout });
    await this.#standStill();
    // The pointer brings the buttons out; a row that moves under it loses them again.
    await row.hover({ timeout });
    await row.locator(`.actions a.action-label[aria-label^=${JSON.stringify(title)}]`).click({ timeout });
  }

  async #standStill(): Promise<void> {
    let last = '';
    await until('the rows stand still', async () => {
      const before = last;
      last = JSON.stringify(await this.labels());
      if (last !== before) await this.#page.waitForTimeout(STILL_MS);
      return last === before;
    });
  }

  /** The titles of a row's inline buttons. */
  async inlineActions(name: RowName): Promise<readonly string[]> {
    const row = this.row(name);
    await row.hover();
    return row
      .locator('.actions a.action-label')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
  }

  /** Opens the context menu of a row and chooses `item`. */
  async contextMenu(name: RowName, item: string): Promise<void> {
    await this.row(name).locator('.label-name').click({ button: 'right' });
    const entry = this.#page.locator('.monaco-menu .action-item', { hasText: item }).first();
    await entry.waitFor();
    // A menu ignores the pointer right after it opened, so that the click that opened it chooses nothing.
    await until(`the menu closes on ${item}`, async () => {
      await entry.click({ timeout: 2000 }).catch(() => {});
      return (await entry.count()) === 0;
    });
  }

  /** Clicks a button of the view's title bar. */
  async titleAction(title: string): Promise<void> {
    const header = this.pane.locator('.pane-header').first();
    await header.hover();
    await header.locator(`a.action-label[aria-label^=${JSON.stringify(title)}]`).click();
  }

  /** The line above the rows, empty where there is none. */
  async message(): Promise<string> {
    const shown = this.pane.locator('.tree-explorer-viewlet-tree-view > .message:not(.hide)');
    return (await shown.count()) > 0 ? ((await shown.first().textContent()) ?? '').trim() : '';
  }

  /** What stands where there are no rows. */
  get welcome(): Locator {
    return this.pane.locator('.welcome-view-content');
  }
}

export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
