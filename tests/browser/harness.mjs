// Starts a real server with an empty data directory and a browser, for the tests of the pages.
// VARVE_BIN: the server's program (default: build/src/app/varve); VARVE_SHOTS: a folder for pictures.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const requireWeb = createRequire(join(root, 'web/package.json'));
const { chromium } = requireWeb('playwright-core');

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const START_MS = 20_000;
const POLL_MS = 50;

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Polls until the function gives something true; names what was waited for when it never does. */
export async function until(what, probe, ms = 10_000) {
  const end = Date.now() + ms;
  for (;;) {
    const got = await probe();
    if (got) return got;
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await sleep(POLL_MS);
  }
}

function program() {
  const candidates = [process.env.VARVE_BIN, 'build/src/app/varve', 'build-release/src/app/varve'];
  for (const name of candidates) if (name && existsSync(resolve(root, name))) return resolve(root, name);
  throw new Error('no server program: build it, or name it in VARVE_BIN');
}

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

export class Server {
  static async start(timezone = 'Europe/Kyiv') {
    const server = new Server();
    server.folder = mkdtempSync(join(tmpdir(), 'varve-browser-'));
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    writeFileSync(join(server.folder, 'varve.yaml'), [
      'node: browser-test', `data: ${join(server.folder, 'data')}`, `timezone: ${timezone}`,
      `ledger: "sqlite:${join(server.folder, 'varve.db')}"`, 'http:', `  listen: "127.0.0.1:${server.port}"`, '',
    ].join('\n'));
    await server.run();
    return server;
  }

  async run() {
    this.log = '';
    this.process = spawn(program(), ['serve', '-c', join(this.folder, 'varve.yaml')], { cwd: root });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (text) => { this.log += text; });
    try {
      await until('the server', async () => {
        if (this.process.exitCode !== null) throw new Error(`the server ended: ${this.log}`);
        return fetch(`${this.url}/health`).then((answer) => answer.ok, () => false);
      }, START_MS);
    } catch (error) {
      throw new Error(`${error.message}\n${this.log}`);
    }
  }

  /** Lets the process hang, as a stuck machine would, or go on. */
  hang() { this.process.kill('SIGSTOP'); }
  wake() { this.process.kill('SIGCONT'); }

  async end() {
    const gone = new Promise((done) => this.process.once('exit', done));
    if (this.process.exitCode === null) {
      this.process.kill('SIGTERM');
      const timer = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
    }
  }

  async stop() {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** samples: [tag, time in ms, value, quality?] */
  async write(samples) {
    const PART = 20_000;
    for (let i = 0; i < samples.length; i += PART) {
      const body = samples.slice(i, i + PART).map(([tag, time, value, quality = 192]) => ({
        tag, time: Math.round(time), value, quality,
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
