#!/usr/bin/env node
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
// Stands in for the desktop `code` executable that @vscode/test-electron starts: the same arguments, the same test
// entry, inside the Node extension host of a VS Code on loopback, with a headless Chromium as its window.
// Exit code 0: every test passed.
import { format, parseArgs } from 'node:util';
import { startBrowser } from './browser.ts';
import { startServer, workbenchUrl } from './server.ts';

/** What the workbench says about itself; the tests' own output is all we pass on. */
const NOISE =
  /^(Resolv(ing|ed) connection token|Creating a socket|\[Service Worker\]|\[reconnection-grace|Ignoring fetching|Updating additional|\[AccountPolicyGate|\[AgentHost|\[McpGateway|\[mcp|%c|Creation of workbench contribution|Timed out waiting for authentication provider|Canceled: Canceled)/i;

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: Object.fromEntries(
    ['user-data-dir', 'extensions-dir', 'extensionDevelopmentPath', 'extensionTestsPath', 'folder-uri'].map(
      (name) => [name, { type: 'string' }],
    ),
  ),
});
const limit = Number(process.env['VARVE_HOST_TIMEOUT'] ?? 300_000);

function localPath(value) {
  return value?.startsWith('file://') ? fileURLToPath(value) : resolve(value);
}

/** Opens the window and resolves with the exit code that the extension host reports. */
async function runIn(server, browser) {
  const page = await browser.context.newPage();
  const remote = (path) => `vscode-remote://${server.address}${localPath(path)}`;
  const ended = new Promise((resolveWith, reject) => {
    const timer = setTimeout(() => reject(new Error(`there was no result within ${limit / 1000} s`)), limit);
    page.on('crash', () => reject(new Error('the window crashed')));
    page.exposeFunction('codeAutomationLog', (type, args) => {
      // Mocha's reporters use printf patterns.
      const text = format(...args);
      const isNoise = NOISE.test(text) || text.includes('/workbench/workbench.js:');
      if (process.env['VARVE_HOST_DEBUG'] || !isNoise) console[type === 'error' ? 'error' : 'log'](text);
    });
    page.exposeFunction('codeAutomationExit', (code) => {
      clearTimeout(timer);
      resolveWith(code);
    });
  });
  const target = values['folder-uri'] ?? positionals[0];
  const opened =
    target === undefined
      ? {}
      : { [/\.code-workspace$/.test(target) ? 'workspace' : 'folder']: localPath(target) };
  const payload = [['extensionTestsPath', remote(values.extensionTestsPath)]];
  if (values.extensionDevelopmentPath)
    payload.push(['extensionDevelopmentPath', remote(values.extensionDevelopmentPath)]);
  await page.goto(workbenchUrl(server, { ...opened, payload }));
  return ended;
}

async function main() {
  const server = await startServer({
    ...(values['user-data-dir'] ? { userDataDir: resolve(values['user-data-dir']) } : {}),
    ...(values['extensions-dir'] ? { extensionsDir: resolve(values['extensions-dir']) } : {}),
    // A built VS Code takes tests from an address only with this.
    smokeTestDriver: true,
  });
  let browser;
  try {
    browser = await startBrowser();
    return await runIn(server, browser);
  } finally {
    await browser?.close();
    await server.stop();
  }
}

process.exitCode = await main().catch((error) => {
  console.error(`The tests did not run: ${error.message}`);
  return 1;
});
