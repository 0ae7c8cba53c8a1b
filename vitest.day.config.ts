import { defineConfig } from 'vitest/config';

// What a person does, in a real VS Code: one file after another, since each starts a server and a browser.
export default defineConfig({
  test: {
    include: ['test/day/**/*.day.ts'],
    testTimeout: 180_000,
    hookTimeout: 600_000,
    pool: 'forks',
    fileParallelism: false,
    bail: 0,
  },
});
