import type { Locator, Page } from 'playwright-core';
import { escapeRegExp } from './tree-view.ts';
import { until } from './until.ts';

/** The box at the top of the window: command palette, quick picks and questions. */
export class QuickInput {
  readonly #page: Page;
  readonly box: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.box = page.locator('.quick-input-widget:visible');
  }

  get #input(): Locator {
    return this.box.locator('.quick-input-box input');
  }

  /** Opens the command palette with `text` typed after its `>`. */
  async openPalette(text = ''): Promise<void> {
    await this.#open('F1', `>${text}`);
  }

  /** Runs a command by the title a person reads, category included: `Varve: Check Memory`. */
  async runCommand(title: string): Promise<void> {
    await this.openPalette(title);
    await this.#row(new RegExp(`^${escapeRegExp(title)}$`)).click();
  }

  /** Opens a file of the folder by name, as Ctrl+P does. */
  async openFile(name: string): Promise<void> {
    await this.#open('ControlOrMeta+P', name);
    await this.#row(new RegExp(`^${escapeRegExp(name.split('/').at(-1) ?? name)}$`)).click();
  }

  /** Waits for a question whose title, placeholder or message holds `text`. */
  async waitFor(text: string): Promise<void> {
    await until(`a question with "${text}"`, async () => (await this.text()).includes(text));
  }

  /** Everything that the box says: title, step, placeholder, message, rows. Empty when it is closed. */
  async text(): Promise<string> {
    if ((await this.box.count()) === 0) return '';
    const said = await this.box
      .first()
      .innerText()
      .catch(() => '');
    const hint = await this.#input
      .first()
      .getAttribute('placeholder', { timeout: 1000 })
      .catch(() => '');
    return [said, hint].join('\n');
  }

  /** The labels offered. */
  async offers(): Promise<readonly string[]> {
    await this.box.locator('.monaco-list-row').first().waitFor();
    const rows = await this.box.locator('.monaco-list-row .label-name').allTextContents();
    return rows.map((row) => row.trim());
  }

  /** Types into the box to narrow what is offered. */
  async filter(text: string): Promise<void> {
    await this.#input.fill(text);
  }

  /** Chooses the offer of that label; a string must be its whole. */
  async pick(label: string | RegExp): Promise<void> {
    await this.#row(typeof label === 'string' ? new RegExp(`^${escapeRegExp(label)}$`) : label).click();
  }

  /** Ticks or unticks an offer where several can be chosen; `accept()` ends it. */
  async tick(label: string | RegExp, on: boolean): Promise<void> {
    const name = typeof label === 'string' ? new RegExp(`^${escapeRegExp(label)}$`) : label;
    const box = this.#row(name)
      .locator('.quick-input-list-checkbox, .monaco-checkbox, input[type=checkbox]')
      .first();
    const ticked = async (): Promise<boolean> =>
      (await box.getAttribute('aria-checked')) === 'true' || (await box.isChecked().catch(() => false));
    if ((await ticked()) !== on) await box.click();
    // Enter on a box turns it over once more.
    await this.#input.focus();
  }

  /** Types an answer to an input box and confirms it. */
  async answer(text: string): Promise<void> {
    await this.#input.waitFor();
    await this.#input.fill(text);
    await this.#page.keyboard.press('Enter');
  }

  /** Confirms what stands there. */
  async accept(): Promise<void> {
    await this.#page.keyboard.press('Enter');
  }

  async cancel(): Promise<void> {
    await this.#page.keyboard.press('Escape');
    await this.box.waitFor({ state: 'hidden' });
  }

  /** A window that is still busy takes the key late, or shuts the box again when something else takes the focus. */
  async #open(key: string, text: string): Promise<void> {
    await until('the command palette opens', async () => {
      await this.#page.keyboard.press(key);
      return this.#input.fill(text, { timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
  }

  #row(name: RegExp): Locator {
    const label = this.#page.locator('.quick-input-list-label .label-name, .label-name', { hasText: name });
    return this.box.locator('.monaco-list-row', { has: label }).first();
  }
}
