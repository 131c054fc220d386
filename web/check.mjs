// Bundles each unit test that stands beside a module and runs them with node's own test runner.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';

const here = dirname(fileURLToPath(import.meta.url));
const tests = readdirSync(join(here, 'src'), { recursive: false, withFileTypes: true })
  .flatMap((entry) => entry.isDirectory()
    ? readdirSync(join(here, 'src', entry.name)).map((name) => join('src', entry.name, name))
    : [join('src', entry.name)])
  .filter((name) => name.endsWith('.test.ts'));

const out = mkdtempSync(join(tmpdir(), 'varve-web-check-'));
await build({
  absWorkingDir: here,
  entryPoints: tests,
  outdir: out,
  outbase: 'src',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node18',
  outExtension: { '.js': '.mjs' },
  define: { WEB_ROOT: JSON.stringify(here) },
});
const built = tests.map((name) => join(out, name.slice('src/'.length).replace(/\.ts$/, '.mjs')));
const run = spawnSync(process.execPath, ['--test', ...built], { stdio: 'inherit' });
rmSync(out, { recursive: true, force: true });
process.exit(run.status ?? 1);
