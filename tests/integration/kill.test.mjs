// The server is killed at random moments under load. Every sample that it acknowledged is there
// afterwards, a batch that was under way is there as a whole or not at all, and nothing else is.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Server, makeFolder, run } from './varve.mjs';

const long = process.env.VARVE_TEST_LONG === 'yes';
const kills = long ? 300 : 20;
const writers = 4;
const tags_per_writer = 5;
const lines_per_batch = 100;
const seed = Number(process.env.VARVE_TEST_SEED ?? Date.now() % 1e9);

// A small generator of our own, so that a seed gives the same moments again.
function random(state) {
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

class Writer {
  constructor(number, start_ms) {
    this.number = number;
    this.next_ms = start_ms;
    this.counter = 0;
    this.batches = []; // { rows: [[tag, time_ms, value]...], acknowledged }
  }

  // Posts batches until the server is gone.
  async work(server) {
    for (;;) {
      const rows = [];
      for (let i = 0; i < lines_per_batch; i++) {
        const tag = `w${this.number}/t${this.counter % tags_per_writer}`;
        rows.push([tag, (this.next_ms += 1), (this.counter += 1)]);
      }
      const batch = { rows, acknowledged: false };
      this.batches.push(batch);
      const body = rows
        .map(([tag, time_ms, value]) => `${tag.replace('/', ' ')}=${value} ${time_ms}`)
        .join('\n');
      const answer = await server.write(body).catch(() => null);
      if (answer === null) return;
      if (answer.status === 204) batch.acknowledged = true;
      else if (answer.status !== 503) throw new Error(`${answer.status}: ${await answer.text()}`);
    }
  }
}

async function compare(server, all) {
  const stored = new Map();
  for (let w = 0; w < writers; w++) {
    for (let i = 0; i < tags_per_writer; i++) {
      const tag = `w${w}/t${i}`;
      for (const [time_ms, value, quality] of await server.rows(tag)) {
        assert.equal(quality, 192);
        stored.set(`${tag} ${time_ms}`, value);
      }
    }
  }
  let expected = 0;
  for (const { batches } of all) {
    for (const batch of batches) {
      const there = batch.rows.filter(([tag, time_ms]) => stored.has(`${tag} ${time_ms}`)).length;
      if (batch.acknowledged) assert.equal(there, batch.rows.length, 'an acknowledged sample is gone');
      else assert.ok(there === 0 || there === batch.rows.length, 'half a batch is there');
      for (const [tag, time_ms, value] of batch.rows.slice(0, there))
        assert.equal(stored.get(`${tag} ${time_ms}`), value);
      expected += there;
    }
  }
  assert.equal(stored.size, expected, 'rows that nobody wrote');
}

test(`${kills} kills under load lose nothing that was acknowledged`, { timeout: 3600000 }, async (t) => {
  t.diagnostic(`VARVE_TEST_SEED=${seed}`);
  const next = random(seed);
  const folder = makeFolder(t);
  const start_ms = Date.now() - 20 * 86400000;
  const all = Array.from({ length: writers }, (_, i) => new Writer(i, start_ms));
  let server;
  t.after(() => server?.kill());
  for (let round = 0; round < kills; round++) {
    server = await new Server(folder, { sync: ['always', 'interval', 'never'][round % 3] }).start();
    // One round in five is long enough for the batches to reach further than the log.
    const moment_ms = round % 5 === 4 ? 1500 : 20 + next() * 400;
    const work = Promise.all(all.map((writer) => writer.work(server)));
    await delay(moment_ms);
    await server.kill();
    await work;
    const check = await run('check', '-d', server.data);
    assert.equal(check.status, 0, `varve check after kill ${round + 1}:\n${check.out}${check.err}`);
    if (round % 5 === 4 || round === kills - 1) {
      server = await new Server(folder).start();
      await compare(server, all);
      await server.stop();
    }
  }
  const acknowledged = all.flatMap(({ batches }) => batches).filter((batch) => batch.acknowledged);
  t.diagnostic(`${acknowledged.length * lines_per_batch} samples acknowledged`);
  assert.ok(acknowledged.length > kills, 'there was hardly any load');
});
