// A real server with an empty data directory and a browser, for the tests of the pages.
// VARVE_BUILD: the build folder, as in tests/integration; VARVE_SHOTS: a folder for pictures.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, Server } from '../integration/varve.mjs';

export { until } from '../integration/varve.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const requireWeb = createRequire(join(root, 'web/package.json'));
const { chromium } = requireWeb('playwright-core');

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const SAMPLES_AT_ONCE = 20_000;

export class PageServer extends Server {
  static async start(timezone = 'Europe/Kyiv') {
    const server = new PageServer(mkdtempSync(join(tmpdir(), 'varve-browser-')));
    server.timezone = timezone;
    return server.start();
  }

  async write_config() {
    this.port = await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    writeFileSync(this.config, [
      'node: browser-test', `data: ${this.data}`, `timezone: ${this.timezone}`,
      `http: {listen: "127.0.0.1:${this.port}"}`,
      'histories:', '  - {name: main, store: native, layout: scada, partition: day, sync: interval}', '',
    ].join('\n'));
  }

  /** Lets the process hang, as a stuck machine would, or go on. */
  hang() { this.child.kill('SIGSTOP'); }
  wake() { this.child.kill('SIGCONT'); }

  async stop() {
    await super.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** samples: [tag, time in ms, value, quality?]; a tag that is new without a value is a Double. */
  async samples(samples) {
    for (let i = 0; i < samples.length; i += SAMPLES_AT_ONCE) {
      const body = samples.slice(i, i + SAMPLES_AT_ONCE).map(([tag, time, value, quality = 192]) => ({
        tag, time: Math.round(time), value, quality, ...(value === null ? { type: 'double' } : {}),
      }));
      const answer = await fetch(`${this.url}/api/v1/samples`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`samples: ${answer.status} ${await answer.text()}`);
    }
  }
}

export async function startBrowser() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** A page whose console errors and exceptions are collected in `page.problems`. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 }, timezoneId: 'Europe/Kyiv', locale: 'en-US', ...options,
  });
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    const text = message.text();
    // A server that was stopped on purpose is reported by the browser itself.
    if (message.type() === 'error' && !/net::ERR_|Failed to load resource/.test(text)) page.problems.push(text);
  });
  return page;
}

/** What axe finds wrong with the page, as short texts. */
export async function axe(page) {
  await page.evaluate(readFileSync(requireWeb.resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
    return violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 140)).join(' | ')}`);
  });
}

/** Two frames: what the last event asked for is drawn. */
export function drawn(page) {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

export async function picture(page, name) {
  const folder = process.env.VARVE_SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** The colours of a column of the plot's canvas: how many of its pixels are not background, by row. */
export async function plotColumn(page, fraction, widthPixels = 5) {
  return page.evaluate(([at, wide]) => {
    const over = document.querySelector('.u-over');
    const canvas = document.querySelector('.plot canvas');
    const ratio = canvas.width / canvas.clientWidth;
    const area = over.getBoundingClientRect();
    const origin = canvas.getBoundingClientRect();
    const x = Math.round((area.left - origin.left + area.width * at - wide / 2) * ratio);
    const y = Math.round((area.top - origin.top) * ratio);
    const height = Math.round(area.height * ratio);
    const { data } = canvas.getContext('2d').getImageData(x, y, wide, height);
    const rows = [];
    for (let row = 0; row < height; row++) {
      let coloured = 0;
      for (let i = 0; i < wide; i++) {
        const [r, g, b, a] = data.slice((row * wide + i) * 4, (row * wide + i) * 4 + 4);
        // Pens have hue; the grid and the ground are grey.
        if (a > 30 && Math.max(r, g, b) - Math.min(r, g, b) > 24) coloured++;
      }
      rows.push(coloured);
    }
    return rows;
  }, [fraction, widthPixels]);
}
