// Backup and restore of a running server under load, and commands of a second process beside it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Server, makeFolder, program, run, until } from './varve.mjs';

const base = Date.UTC(2024, 10, 5);

// `count` lines from number `first` on, one in each second, over five tags.
function lines(first, count) {
  const text = [];
  for (let i = first; i < first + count; i++)
    text.push(`pump,n=${i % 5} value=${i}.25 ${base + i * 1000}`);
  return text.join('\n');
}

async function good(...args) {
  const { status, out, err } = await run(...args);
  assert.equal(status, 0, `${args.join(' ')}: ${err}`);
  return out;
}

// Every row of every tag, as the command line exports it from a directory.
const exported = (data) =>
  good('query', 'pump/*', '--from', '2024-11-05', '--to', '2024-11-07', '-d', data, '--format', 'csv');

test('a backup under load restores to what was acknowledged before it', async (t) => {
  const folder = makeFolder(t);
  const backups = join(folder, 'backups');
  mkdirSync(backups);
  const server = await new Server(folder, { extra: `backup: {dir: ${backups}}\n` }).start();
  t.after(() => server.kill());
  let written = 0;
  let stop = false;
  const load = (async () => {
    while (!stop) {
      assert.equal((await server.write(lines(written, 500))).status, 204);
      written += 500;
    }
  })();
  await until('some rows', () => written > 5000);
  const least = written;
  assert.match(await good('backup', 'night', '-s', server.url), /verified/);
  await until('more rows', () => written > least + 2000);
  stop = true;
  await load;

  const backup = join(backups, 'night');
  const restored = join(folder, 'restored');
  await good('restore', backup, '-d', restored);
  assert.match(await good('check', '-d', restored), /main: clean\nledger: clean/);
  const rows = await exported(restored);
  assert.equal(rows, await exported(backup));
  // Whole batches, in order, none missing: the rows are those of the first ones that were written.
  const held = rows.trim().split(/\r?\n/).length - 1;
  assert.ok(held >= least && held <= written && held % 500 === 0, `${held} of ${least} to ${written}`);
  const source = (await exported(server.data)).trim().split(/\r?\n/);
  const kept = new Set(source);
  for (const row of rows.trim().split(/\r?\n/)) assert.ok(kept.has(row), row);

  await server.stop();
  const second = await new Server(folder, { data: restored }).start();
  t.after(() => second.kill());
  assert.equal((await second.write(lines(0, 10))).status, 204);
  await second.stop();
});

test('a backup with -d beside a server is refused and says what to do', async (t) => {
  const server = await new Server(makeFolder(t)).start();
  t.after(() => server.kill());
  const { status, err } = await run('backup', join(server.folder, 'b'), '-d', server.data);
  assert.equal(status, 1);
  assert.match(err, /-s URL/);
  const refused = await run('backup', 'b', '-s', server.url);
  assert.equal(refused.status, 1);
  assert.match(refused.err, /backup\.dir/);
  await server.stop();
  assert.match(await good('backup', join(server.folder, 'b'), '-d', server.data), /verified/);
});

// Names, lengths and times of everything in a folder.
function snapshot(folder) {
  const entries = {};
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    const { size, mtimeNs, ino } = lstatSync(join(folder, name), { bigint: true });
    entries[name] = `${size} ${mtimeNs} ${ino}`;
  }
  return entries;
}

const reading = (data) => [
  ['info', '-d', data],
  ['check', '-d', data],
  ['query', 'pump/*', '--from', '2024-11-05', '--to', '2024-11-07', '-d', data],
  ['export', 'pump/0', '--from', '2024-11-05', '--to', '2024-11-07', '-d', data],
  ['sql', 'SELECT count(*) FROM ScadaTagHistory', '-d', data],
];

test('reading commands write nothing, beside a server and without one', async (t) => {
  const server = await new Server(makeFolder(t), { sync: 'always' }).start();
  t.after(() => server.kill());
  assert.equal((await server.write(lines(0, 1000))).status, 204);
  let before = snapshot(server.data);
  for (const args of reading(server.data)) {
    await good(...args);
    assert.deepEqual(snapshot(server.data), before, args[0]);
  }
  await server.stop();
  before = snapshot(server.data);
  for (const args of reading(server.data)) {
    await good(...args);
    assert.deepEqual(snapshot(server.data), before, `${args[0]}, no server`);
  }
});

test('reading commands need no right to write', { skip: process.getuid() !== 0 }, async (t) => {
  const folder = makeFolder(t);
  const server = await new Server(folder).start();
  t.after(() => server.kill());
  assert.equal((await server.write(lines(0, 1000))).status, 204);
  const open = () => {
    chmodSync(folder, 0o755);
    for (const name of readdirSync(server.data, { recursive: true }))
      chmodSync(join(server.data, name), lstatSync(join(server.data, name)).isDirectory() ? 0o755 : 0o644);
    chmodSync(server.data, 0o755);
  };
  const asNobody = (args) =>
    spawnSync(program, args, { uid: 65534, gid: 65534, encoding: 'utf8', cwd: '/' });
  for (const state of ['beside a server', 'of a stopped one']) {
    open();
    for (const args of reading(server.data)) {
      const { status, stderr } = asNobody(args);
      assert.equal(status, 0, `${args[0]}, ${state}: ${stderr}`);
    }
    if (server.child) await server.stop();
  }
});
