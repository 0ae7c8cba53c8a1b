import { defineConfig } from 'vitest/config';

// Needs nothing but Node and git: no VS Code, no network beyond loopback.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/vscode/**', 'test/day/**', 'node_modules/**'],
    setupFiles: ['test/setup/seed.ts'],
    testTimeout: 90_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // One less than the cores is the default: on two cores everything would wait for everything.
    maxWorkers: '100%',
  },
});
