import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

/** The notifications at the bottom right. None is shown by a server that was started with `smokeTestDriver`. */
export class Toasts {
  readonly #all: Locator;

  constructor(page: Page) {
    this.#all = page.locator('.notifications-toasts .notification-list-item');
  }

  async texts(): Promise<readonly string[]> {
    return this.#all.locator('.notification-list-item-message').allTextContents();
  }

  async waitFor(text: string | RegExp, timeout = 30_000): Promise<void> {
    await this.#all.filter({ hasText: text }).first().waitFor({ timeout });
  }

  /** Presses a button of the notification that holds `text`. */
  async press(text: string | RegExp, button: string): Promise<void> {
    const toast = this.#all.filter({ hasText: text }).first();
    await toast.hover();
    await toast.locator('.monaco-button, a.action-label', { hasText: button }).first().click();
  }

  async close(text: string | RegExp): Promise<void> {
    const toast = this.#all.filter({ hasText: text }).first();
    await toast.hover();
    await toast.locator('a.codicon-notifications-clear').click();
    await until(
      'the notification is gone',
      async () => (await this.#all.filter({ hasText: text }).count()) === 0,
    );
  }
}
