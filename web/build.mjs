// Builds the pages into dist/: scripts and styles under assets/ with content-hash names, so that the
// server may call them immutable, and index.html that names them. Fails when a budget is exceeded.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const BUDGET = { trend: 70_000, app: 150_000, css: 12_000 }; // bytes, gzip

rmSync(dist, { recursive: true, force: true });
const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  metafile: true,
  target: ['es2022'],
  outdir: dist,
  entryNames: 'assets/[name]-[hash]',
  chunkNames: 'assets/[name]-[hash]',
  legalComments: 'none',
};
const [app, head] = await Promise.all([
  build({ ...common, entryPoints: ['src/main.ts', 'styles/app.css'], format: 'esm', splitting: true }),
  build({ ...common, entryPoints: ['src/head.ts'], format: 'iife' }),
]);
const outputs = { ...app.metafile.outputs, ...head.metafile.outputs };

const outputOf = (entry) => Object.keys(outputs).find((name) => outputs[name].entryPoint === entry);
const address = (name) => `/${name.replace(/^dist\//, '')}`;
const size = (names) => [...names].reduce((sum, name) => sum + gzipSync(readFileSync(join(here, name)), { level: 9 }).length, 0);

/** A script and everything that it loads before it runs. */
function closure(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const { path, kind } of outputs[name].imports) if (kind === 'import-statement') closure(path, seen);
  return seen;
}

const icon = readFileSync(join(here, 'icon.svg'));
const iconName = `assets/icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`;
mkdirSync(join(dist, 'assets'), { recursive: true });
writeFileSync(join(dist, iconName), icon);
const html = readFileSync(join(here, 'index.html'), 'utf8')
  .replace('{icon}', `/${iconName}`)
  .replace('{app.css}', address(outputOf('styles/app.css')))
  .replace('{head.js}', address(outputOf('src/head.ts')))
  .replace('{main.js}', address(outputOf('src/main.ts')));
writeFileSync(join(dist, 'index.html'), html);

const scripts = Object.keys(outputs).filter((name) => name.endsWith('.js'));
// Nobody loads more than one language: the app is all of its code with the longest one.
const languageOf = (name) => /^lang\/(?:.*\/)?(\w+)\.json$/.exec(outputs[name].entryPoint ?? '')?.[1];
const texts = {};
for (const name of scripts) {
  const language = languageOf(name);
  if (language) texts[language] = (texts[language] ?? 0) + size([name]);
}
const sizes = {
  trend: size(new Set([...closure(outputOf('src/main.ts')), ...closure(outputOf('src/trend/page.ts')), outputOf('src/head.ts')])),
  app: size(scripts.filter((name) => !languageOf(name))) + Math.max(...Object.values(texts)),
  css: size(Object.keys(outputs).filter((name) => name.endsWith('.css'))),
};
let failed = false;
for (const [name, bytes] of Object.entries(sizes)) {
  const over = bytes > BUDGET[name];
  failed ||= over;
  console.log(`${name.padEnd(6)} ${(bytes / 1000).toFixed(1).padStart(6)} kB gzip of ${BUDGET[name] / 1000} kB${over ? '  TOO BIG' : ''}`);
}
if (failed) process.exit(1);
