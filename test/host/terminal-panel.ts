import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

/** The terminal that is shown. The host turns GPU drawing off, so its rows stand in the page as text. */
export class TerminalPanel {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get #shown(): Locator {
    return this.#page.locator('.terminal-wrapper:visible').last();
  }

  /** The rows on screen, without trailing blanks. */
  async text(): Promise<string> {
    const rows = await this.#shown.locator('.xterm-rows > div').allTextContents();
    return rows
      .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
      .join('\n')
      .trimEnd();
  }

  /** A long line is broken by the terminal's width: where it may be, match on its start. */
  async waitForText(text: string | RegExp, timeout = 30_000): Promise<string> {
    let seen = '';
    const probe = async (): Promise<string | undefined> => {
      seen = await this.text().catch(() => '');
      return (typeof text === 'string' ? seen.includes(text) : text.test(seen)) ? seen : undefined;
    };
    return until(`the terminal shows ${text}`, probe, timeout).catch((error: Error) => {
      throw new Error(`${error.message}; it showed:\n${seen}`);
    });
  }

  /** Types into the terminal, as keys. */
  async type(text: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.type(text);
  }

  async press(key: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press(key);
  }

  async focus(): Promise<void> {
    await this.#shown.locator('.xterm-screen').click();
  }

  /** Name of the terminal shown, as its tab or the panel's title says it. */
  async names(): Promise<readonly string[]> {
    const tabs = await this.#page
      .locator('.terminal-tabs-entry .label-name, .single-terminal-tab')
      .allTextContents();
    return tabs.map((tab) => tab.trim()).filter(Boolean);
  }
}
