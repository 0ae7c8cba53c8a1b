// Loaded before a program: notes how much memory its process began with and took at most, in bytes, when it ends.
import { writeFileSync } from 'node:fs';

const before = process.memoryUsage.rss();
process.once('exit', () => {
  const report = process.env['VARVE_BENCH_REPORT'];
  if (report) writeFileSync(report, JSON.stringify({ before, most: process.resourceUsage().maxRSS * 1024 }));
});
