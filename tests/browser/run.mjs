// Runs all tests of the pages, one file after the other: `npm run browser` in web/.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const only = process.argv[2] ?? '';
let status = 0;
for (const name of readdirSync(here).filter((file) => file.endsWith('.test.mjs') && file.includes(only)).sort()) {
  const run = spawnSync(process.execPath, ['--test', join(here, name)], { stdio: 'inherit' });
  status ||= run.status ?? 1;
}
process.exit(status);
