// varve.mjs: a varve server of its own for each test, on a free port, in a folder that is removed
// when the test ends. VARVE_BUILD names the build folder whose program is used.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const build = process.env.VARVE_BUILD;
if (!build) throw new Error('VARVE_BUILD is not set: ./test --only integration sets it');

export const program = join(build, 'src/app/varve');
const extension = join(build, 'src/history/varve.so');

// A port that was free a moment ago.
export async function freePort() {
  const listener = createServer();
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

// A folder for one test; t is its context.
export function makeFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'varve-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

// Tries `probe` until it gives something true, and gives that back.
export async function until(what, probe, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await delay(20);
  }
}

async function runToEnd(file, args, options) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (part) => (text.out += part));
  child.stderr.setEncoding('utf8').on('data', (part) => (text.err += part));
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { status, ...text };
}

// Runs the program to its end: { status, out, err }.
export function run(...args) {
  return runToEnd(program, args);
}

// What the stock sqlite3 program prints for one statement, cells parted by |, with our extension loaded.
// A sanitizer's library must be in the program before the extension is.
export async function sqlite(database, statement) {
  const [sanitizer = ''] = execFileSync('ldd', [extension], { encoding: 'utf8' }).match(/\/\S+lib[at]san\S*/) ?? [];
  const env = { ...process.env, LD_PRELOAD: sanitizer, ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:detect_leaks=0` };
  const args = ['-readonly', '-batch', '-bail', '-init', '/dev/null', '-cmd', `.load ${extension}`, database, statement];
  const { status, out, err } = await runToEnd('sqlite3', args, { env });
  if (status !== 0 || err !== '') throw new Error(`sqlite3: ${err}${out}`);
  return out;
}

export class Server {
  // sync: the store's own setting. extra: further lines of varve.yaml. history, http: further settings of
  // these sections, each with ", " before it.
  constructor(
    folder,
    { sync = 'interval', history = '', extra = '', data = join(folder, 'data'), http = '', scheme = 'http' } = {},
  ) {
    this.folder = folder;
    this.http = http;
    this.scheme = scheme;
    this.sync = sync;
    this.history = history;
    this.extra = extra;
    this.data = data;
    this.config = join(folder, 'varve.yaml');
    this.log = '';
  }

  async write_config() {
    this.port = await freePort();
    this.url = `${this.scheme}://127.0.0.1:${this.port}`;
    writeFileSync(
      this.config,
      `node: test\ndata: ${this.data}\ntimezone: UTC\n` +
        `http: {listen: "127.0.0.1:${this.port}"${this.http}}\n` +
        `histories:\n  - {name: main, store: native, layout: scada, partition: day, sync: ${this.sync}${this.history}}\n` +
        this.extra,
    );
  }

  // Starts it, without waiting for anything.
  async launch() {
    await this.write_config();
    this.child = spawn(program, ['serve', '-c', this.config], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout.on('data', (bytes) => (this.log += bytes));
    this.child.stderr.on('data', (bytes) => (this.log += bytes));
    this.ended = new Promise((resolve) =>
      this.child.on('close', (status, signal) => {
        this.child = null;
        resolve({ status, signal });
      }),
    );
    return this;
  }

  // Starts it and waits until it says that it is well.
  async start() {
    await this.launch();
    await until(`${this.url}/health`, async () => {
      if (this.child === null) throw new Error(`the server ended:\n${this.log}`);
      return (await this.get('/health').catch(() => null))?.status === 200;
    });
    return this;
  }

  // SIGTERM, and the exit status.
  async stop() {
    this.child?.kill('SIGTERM');
    const { status, signal } = await this.ended;
    if (status !== 0) throw new Error(`ended with ${signal ?? status}:\n${this.log}`);
  }

  async kill() {
    this.child?.kill('SIGKILL');
    await this.ended;
  }

  get(path) {
    return fetch(this.url + path, { signal: AbortSignal.timeout(20000) });
  }

  // Line protocol with times in milliseconds.
  write(lines) {
    return fetch(`${this.url}/write?precision=ms`, {
      method: 'POST',
      body: lines,
      signal: AbortSignal.timeout(20000),
    });
  }

  // The newest value of every tag: [{ tag, time, value, quality, ... }].
  async live() {
    return (await (await this.get('/api/v1/live?match=*')).json()).values;
  }

  // Raw rows of one tag: [[time_ms, value, quality], ...].
  async rows(tag, from = '1970-01-01', to = 'now') {
    const query = new URLSearchParams({ tag, from, to });
    const answer = await this.get(`/api/v1/history?${query}`);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
    const { series } = await answer.json();
    return series[0]?.rows ?? [];
  }
}
