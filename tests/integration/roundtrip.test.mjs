// Every row of five recordings imported, and read back by every door: query and export, SQL of our own
// tool, of HTTP and of the stock sqlite3 program, the history over HTTP. Counts, sums and one checksum
// over all values are those of the files themselves.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { checksum, countOf, recordings, sumOf } from './recordings.mjs';
import { Server, makeFolder, run, sqlite } from './varve.mjs';

const range = ['--from', '2000-01-01', '--to', '2020-01-01', '--tz', 'UTC'];
const value = 'coalesce(DoubleVal, IntegerVal, BoolVal)';
const rows_sql = `SELECT TagName, Timestamp, ${value} AS Value, Quality FROM ScadaTagHistory`;
// Of doubles, sqlite3 itself prints 15 digits; quote() as many as they need.
const exact_sql = rows_sql.replace(value, `quote(${value})`);
const sums_sql = `SELECT TagName, count(*), sum(${value}) FROM ScadaTagHistory GROUP BY TagName`;

async function good(...args) {
  const result = await run(...args);
  assert.equal(result.status, 0, `varve ${args.join(' ')}: ${result.err}`);
  return result.out;
}

// Rows [tag, time, value, quality] as a Map of tags.
function byTag(rows) {
  const tags = new Map();
  for (const [tag, time, value_read, quality] of rows) {
    assert.equal(Number(quality), 192);
    if (!tags.has(tag)) tags.set(tag, []);
    tags.get(tag).push([typeof time === 'number' || /^\d+$/.test(time) ? Number(time) : Date.parse(time), Number(value_read)]);
  }
  return tags;
}

// No tag of these files needs quotes.
const fromCsv = (text) => byTag(text.trim().split(/\r?\n/).slice(1).map((line) => line.split(',')));
const fromList = (text) => byTag(text.trim().split('\n').map((line) => line.split('|')));
const fromLines = (text) =>
  byTag(text.trim().split('\n').map((line) => JSON.parse(line)).map((o) => [o.tag, o.time, o.value, o.quality ?? 192]));
const fromSeries = ({ series }) =>
  byTag(series.flatMap(({ tag, rows }) => rows.map(([time, value_read, quality]) => [tag, time, value_read, quality])));

async function httpSql(server, sql) {
  const answer = await fetch(`${server.url}/api/v1/sql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql, limit: 1000000 }),
  });
  const body = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(body));
  assert.equal(body.error, undefined);
  assert.equal(body.more, false);
  return body.rows;
}

async function httpHistory(server, format) {
  const answer = await server.get(`/api/v1/history?tag=**&from=2000-01-01&to=2020-01-01&tz=UTC&format=${format}`);
  assert.equal(answer.status, 200);
  return answer;
}

// Doors of a directory: while the server runs on it, and when it has ended.
function directoryDoors(directory) {
  const sql = ['--format', 'csv', '--limit', '1000000'];
  return {
    'varve sql -d': async () => fromCsv(await good('sql', rows_sql, '-d', directory, ...sql)),
    'varve query -d': async () => fromCsv(await good('query', '**', '-d', directory, ...range, '--format', 'csv')),
    'varve export -d': async () => fromLines(await good('export', '**', '-d', directory, ...range, '--format', 'jsonl')),
    'sqlite3 with the extension': async () => fromList(await sqlite(join(directory, 'varve.db'), exact_sql)),
  };
}

function serverDoors(server) {
  const sql = ['--format', 'csv', '--limit', '1000000'];
  return {
    'varve sql -s': async () => fromCsv(await good('sql', rows_sql, '-s', server.url, ...sql)),
    'varve query -s': async () => fromCsv(await good('query', '**', '-s', server.url, ...range, '--format', 'csv')),
    'varve export -s': async () => fromCsv(await good('export', '**', '-s', server.url, ...range)),
    'GET /api/v1/history': async () => fromSeries(await (await httpHistory(server, 'json')).json()),
    'GET /api/v1/history, CSV': async () => fromCsv(await (await httpHistory(server, 'csv')).text()),
    'POST /api/v1/sql': async () => byTag(await httpSql(server, rows_sql)),
  };
}

async function compare(doors, expected) {
  const wanted = checksum(expected);
  for (const [door, read] of Object.entries(doors)) {
    const tags = await read();
    for (const [tag, rows] of expected) {
      const found = tags.get(tag) ?? [];
      assert.equal(found.length, rows.length, `${door}: rows of ${tag}`);
      assert.equal(sumOf(found.sort((a, b) => a[0] - b[0])), sumOf(rows), `${door}: sum of ${tag}`);
    }
    assert.equal(tags.size, expected.size, `${door}: tags`);
    assert.equal(checksum(tags), wanted, `${door}: checksum of all values`);
  }
}

// Counts and sums that the door itself made: the last digits of a sum hang on the order of adding.
function compareSums(door, rows, expected) {
  assert.equal(rows.length, expected.size, door);
  for (const [tag, count, sum] of rows) {
    const exact = sumOf(expected.get(tag));
    assert.equal(Number(count), expected.get(tag).length, `${door}: ${tag}`);
    assert.ok(Math.abs(sum - exact) <= 1e-12 * Math.abs(exact), `${door}: ${tag}: ${sum}, not ${exact}`);
  }
}

test('recordings come back as they are, by every door', async (t) => {
  const folder = makeFolder(t);
  const server = await new Server(folder).start();
  t.after(() => server.kill());
  const embedded = join(folder, 'embedded');
  const expected = new Map();
  const replaced = [];
  for (const { path, options, read } of recordings(folder)) {
    const { tags, rows, samples } = read();
    for (const target of [['-s', server.url], ['-d', embedded]]) {
      const summary = JSON.parse(await good('import', path, ...options, ...target, '--format', 'json'));
      assert.deepEqual(
        [summary.rows, summary.samples, summary.replaced, summary.bad_rows],
        [rows, samples, samples - countOf(tags), 0],
        path,
      );
      if (target[0] === '-d') replaced.push(summary.replaced);
    }
    for (const [tag, list] of tags) expected.set(tag, list);
  }
  // Figures that are known of these files: 22,695 rows of the machine have 22,683 times.
  assert.equal(expected.get('NAB/Machine').length, 22683);
  assert.deepEqual(replaced, [12, 0, 0, 0, 0]);
  t.diagnostic(`${countOf(expected)} rows of ${expected.size} tags, SHA-256 ${checksum(expected)}`);

  await compare({ ...serverDoors(server), ...directoryDoors(server.data) }, expected);
  compareSums('POST /api/v1/sql', await httpSql(server, sums_sql), expected);
  compareSums('varve_agg', await httpSql(server, "SELECT TagName, count, sum FROM varve_agg('**', '2000-01-01', '2020-01-01')"), expected);
  await server.stop();

  for (const directory of [server.data, embedded]) {
    await compare(directoryDoors(directory), expected);
    const listed = await sqlite(join(directory, 'varve.db'), sums_sql.replace('sum(', 'total('));
    compareSums('sqlite3', listed.trim().split('\n').map((line) => line.split('|')), expected);
    const buckets = await good('query', '**', '-d', directory, ...range, '--every', 'range', '--agg', 'count,sum', '--format', 'csv');
    const lines = buckets.trim().split('\r\n').map((line) => line.split(','));
    assert.deepEqual(lines.shift(), ['tag', 'time', 'count', 'sum']);
    compareSums('varve query --agg', lines.map(([tag, , count, sum]) => [tag, count, sum]), expected);
    assert.match(await good('check', '-d', directory), /main: clean/);
  }
});
