// A headless Chromium that reaches nothing but loopback.
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';

export interface StartedBrowser {
  readonly browser: Browser;
  readonly context: BrowserContext;
  /** Addresses beyond loopback that a page asked for; none was let through. */
  readonly blocked: readonly string[];
  close(): Promise<void>;
}

const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
  '--no-pings',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
];

/** Starts a browser; `size` in CSS pixels, 1280 × 800 unless told. */
export async function startBrowser(
  options: { readonly size?: { width: number; height: number } } = {},
): Promise<StartedBrowser> {
  const executablePath = await findChromium();
  // Chromium refuses its own sandbox to root, and in most containers.
  const sandbox = process.platform === 'linux' ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, headless: true, args: [...sandbox, ...QUIET] });
  const context = await browser.newContext({ viewport: options.size ?? { width: 1280, height: 800 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const blocked: string[] = [];
  const isOutside = (url: URL): boolean =>
    /^https?:$/.test(url.protocol) && !['127.0.0.1', 'localhost'].includes(url.hostname);
  await context.route(isOutside, (route) => {
    blocked.push(route.request().url());
    return route.abort();
  });
  return { browser, context, blocked, close: () => browser.close() };
}
