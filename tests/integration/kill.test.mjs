// The server is killed at random moments under load, also while it recovers from a kill. Afterwards
// every sample that it acknowledged is there, a batch that was under way is there as a whole or not at
// all, and nothing else is. Raw rows over HTTP, buckets of days, SQL over each partition and over all,
// and the export of a second process tell of each partition the same count, sum and checksum.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Server, makeFolder, run, sqlite } from './varve.mjs';

const long = process.env.VARVE_TEST_LONG === 'yes';
const kills = long ? 300 : 20;
const kills_per_store = 100;
const writers = 4;
const tags_per_writer = 5;
const lines_per_batch = 100;
const batches_per_round = 12; // of a writer, at most
const step_ms = 60000;
const day_ms = 86400000;
const first_ms = Math.floor(Date.now() / day_ms) * day_ms - 400 * day_ms;
const seed = Number(process.env.VARVE_TEST_SEED ?? Date.now() % 1e9);

// A small generator of our own, so that a seed draws the same again.
function random(state) {
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

// Row k of a writer has a tag and a time of its own, so that a later batch can write it anew.
class Writer {
  constructor(number, next) {
    this.number = number;
    this.next = next;
    this.counter = 0; // the last value given out; no two samples have the same
    this.values = []; // of row k: what the store must have
    this.pending = null; // the batch that was under way at the kill: { first, values }
  }

  tag(k) {
    return `w${this.number}/t${k % tags_per_writer}`;
  }

  time(k) {
    return first_ms + k * step_ms;
  }

  apply({ first, values }) {
    values.forEach((value, i) => (this.values[first + i] = value));
  }

  // One batch in five writes rows anew that are there.
  draw() {
    const count = this.values.length;
    const late = count > lines_per_batch && this.next() < 0.2;
    const first = late ? Math.floor(this.next() * (count - lines_per_batch)) : count;
    return { first, values: Array.from({ length: lines_per_batch }, () => (this.counter += 1)) };
  }

  // Posts batches until the server is gone. Every other tag is an Integer.
  async work(server) {
    for (let i = 0; i < batches_per_round; i++) {
      const batch = this.draw();
      const lines = batch.values.map((value, j) => {
        const k = batch.first + j;
        return `${this.tag(k).replace('/', ' ')}=${value}${k % tags_per_writer % 2 ? 'i' : ''} ${this.time(k)}`;
      });
      this.pending = batch;
      const answer = await server.write(lines.join('\n')).catch(() => null);
      if (answer === null) return;
      this.pending = null;
      if (answer.status === 204) this.apply(batch);
      else if (answer.status !== 503) throw new Error(`${answer.status}: ${await answer.text()}`);
    }
  }
}

// ---- what each door tells: Map of "day tag" to [count, sum, checksum] ----

const mod = [1000003, 1009];

function add(sums, tag, time, value) {
  const key = `${Math.floor(time / day_ms)} ${tag}`;
  if (!sums.has(key)) sums.set(key, [0, 0, 0]);
  const of = sums.get(key);
  of[0] += 1;
  of[1] += value;
  of[2] += (time % mod[0]) * (value % mod[1]);
}

async function get(server, parameters) {
  const answer = await server.get(`/api/v1/history?${new URLSearchParams({ tag: '**', to: 'now', tz: 'UTC', ...parameters })}`);
  assert.equal(answer.status, 200);
  return (await answer.json()).series;
}

async function sql(server, statement) {
  const answer = await fetch(`${server.url}/api/v1/sql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql: statement, limit: 1000000 }),
  });
  const body = await answer.json();
  assert.ok(answer.status === 200 && !body.error && !body.more, JSON.stringify(body).slice(0, 500));
  return body.rows;
}

const value_sql = 'coalesce(IntegerVal, CAST(DoubleVal AS INTEGER))';
const sums_sql = `TagName, count(*), sum(${value_sql}), sum((Timestamp % ${mod[0]}) * (${value_sql} % ${mod[1]}))`;
const fromRows = (rows) => new Map(rows.map(([day, tag, ...sums]) => [`${day} ${tag}`, sums]));

async function partitionsBySql(server) {
  const tables = await sql(server, "SELECT Name, StartTime FROM varve_tables WHERE Kind = 'partition'");
  const rows = [];
  while (tables.length > 0) {
    const some = tables.splice(0, 50);
    const selects = some.map(([name, start]) => `SELECT ${start / day_ms}, ${sums_sql} FROM ${name} GROUP BY TagName`);
    rows.push(...(await sql(server, selects.join(' UNION ALL '))));
  }
  return fromRows(rows);
}

const all_sql = `SELECT Timestamp / ${day_ms} AS Day, ${sums_sql} FROM ScadaTagHistory GROUP BY Day, TagName`;

// The stock sqlite3 program with the extension.
async function bySqlite(data) {
  const lines = (await sqlite(join(data, 'varve.db'), all_sql)).trim().split('\n');
  return fromRows(lines.map((line) => line.split('|').map((cell, i) => (i === 1 ? cell : Number(cell)))));
}

// Buckets have no checksum: that of `wanted` stands in.
async function byBuckets(server, wanted) {
  const sums = new Map();
  for (const { tag, columns, rows } of await get(server, { from: first_ms, every: '1d', agg: 'count,sum' }))
    for (const row of rows) {
      const [time, count, sum] = ['time', 'count', 'sum'].map((name) => row[columns.indexOf(name)]);
      const key = `${time / day_ms} ${tag}`;
      if (count > 0) sums.set(key, [count, sum, wanted.get(key)?.[2]]);
    }
  return sums;
}

async function byExport(...from) {
  const { status, out, err } = await run('export', '**', ...from, '--from', '1970-01-01', '--to', 'now', '--tz', 'UTC');
  assert.equal(status, 0, err);
  const sums = new Map();
  for (const line of out.trim().split('\r\n').slice(1)) {
    const [tag, time, value] = line.split(',');
    add(sums, tag, Date.parse(time), Number(value));
  }
  return sums;
}

function same(door, found, wanted) {
  for (const [key, sums] of wanted) assert.deepEqual(found.get(key), sums, `${door}: partition and tag ${key}`);
  for (const key of found.keys()) assert.ok(wanted.has(key), `${door}: ${key}, which nobody wrote`);
}

async function compare(server, all) {
  const stored = new Map();
  for (const { tag, rows } of await get(server, { from: '1970-01-01' }))
    for (const [time, value, quality] of rows) {
      assert.equal(quality, 192);
      stored.set(`${tag} ${time}`, value);
    }
  const wanted = new Map();
  let count = 0;
  for (const writer of all) {
    const { pending } = writer;
    if (pending && stored.get(`${writer.tag(pending.first)} ${writer.time(pending.first)}`) === pending.values[0])
      writer.apply(pending);
    writer.pending = null;
    writer.values.forEach((value, k) => {
      const [tag, time] = [writer.tag(k), writer.time(k)];
      if (stored.get(`${tag} ${time}`) !== value)
        assert.fail(`${tag} at ${time}: ${stored.get(`${tag} ${time}`)}, not ${value}`);
      add(wanted, tag, time, value);
      count += 1;
    });
  }
  assert.equal(stored.size, count, 'rows that nobody wrote, or half a batch');
  same('buckets', await byBuckets(server, wanted), wanted);
  same('SQL by partition', await partitionsBySql(server), wanted);
  same('SQL over all', fromRows(await sql(server, all_sql)), wanted);
  same('export -d', await byExport('-d', server.data), wanted);
  return { wanted, count };
}

// ---- the kills ----

async function killAll(t, folder, rounds, next) {
  mkdirSync(folder);
  const all = Array.from({ length: writers }, (_, i) => new Writer(i, random(next() * 2 ** 32)));
  const pick = (...choices) => choices[Math.floor(next() * choices.length)];
  const drawn = () =>
    new Server(folder, {
      sync: pick('always', 'interval', 'never'),
      history: `, log_size: ${pick('1MiB', '256MiB')}, memory: ${pick('1MiB', '256MiB')}, flush_interval: ${pick('1s', '5m')}`,
    });
  let server;
  t.after(() => server?.kill());
  const checked = async (when) => {
    const { status, out, err } = await run('check', '-d', server.data);
    assert.equal(status, 0, `varve check after ${when}:\n${out}${err}`);
  };
  for (let round = 0; round < rounds; round++) {
    server = await drawn().start();
    await compare(server, all);
    const work = Promise.all(all.map((writer) => writer.work(server)));
    // Some are long enough for the batches to reach further than log and memory.
    await delay(round % 5 === 4 ? 1500 : 20 + next() * 400);
    await server.kill();
    await work;
    await checked(`kill ${round + 1}`);
    if (round % 4 === 3) {
      server = drawn();
      await server.launch();
      await delay(next() * 500);
      await server.kill();
      await checked(`kill ${round + 1} and another during recovery`);
    }
  }
  server = await drawn().start();
  const { wanted, count } = await compare(server, all);
  same('export -s', await byExport('-s', server.url), wanted);
  same('sqlite3', await bySqlite(server.data), wanted);
  await server.stop();
  await checked('the end');
  same('export -d of a stopped one', await byExport('-d', server.data), wanted);
  return { count, partitions: new Set([...wanted.keys()].map((key) => key.split(' ')[0])).size };
}

test(`${kills} kills under load: nothing acknowledged is lost, and every door tells the same`, { timeout: 7200000 }, async (t) => {
  t.diagnostic(`VARVE_TEST_SEED=${seed}`);
  const next = random(seed);
  const folder = makeFolder(t);
  for (let done = 0; done < kills; done += kills_per_store) {
    const rounds = Math.min(kills_per_store, kills - done);
    const { count, partitions } = await killAll(t, join(folder, String(done)), rounds, next);
    t.diagnostic(`${rounds} kills: ${count} samples in ${partitions} partitions`);
    assert.ok(count > rounds * lines_per_batch, 'there was hardly any load');
  }
});
