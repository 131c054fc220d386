// Files in and out again: bad rows, pipes, gzip, workbooks, a killed import that goes on.
// roundtrip.test.mjs compares what is imported with the files themselves.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync, inflateRawSync } from 'node:zlib';
import { recordings } from './recordings.mjs';
import { Server, makeFolder, program, run, until } from './varve.mjs';

async function good(...args) {
  const result = await run(...args);
  assert.equal(result.status, 0, `varve ${args.join(' ')}: ${result.err}`);
  return result.out;
}

async function summaryOf(...args) {
  const { status, out, err } = await run('import', ...args, '--format', 'json');
  assert.ok(out.startsWith('{'), err);
  return { status, err, ...JSON.parse(out) };
}

test('out as JSON lines and as CSV, in again, out: the same bytes', async (t) => {
  const folder = makeFolder(t);
  const directory = join(folder, 'first');
  for (const { path, options } of recordings(folder)) await good('import', path, ...options, '-d', directory);
  const range = ['--from', '2000-01-01', '--to', '2020-01-01', '--tz', 'UTC'];
  const all = await good('query', '**', '-d', directory, ...range, '--format', 'csv');
  for (const format of ['jsonl', 'csv']) {
    const path = join(folder, `all.${format}`);
    await good('export', '**', '-d', directory, ...range, '--format', format, '-o', path);
    assert.ok(!existsSync(`${path}.part`));
    await good('import', path, '-d', join(folder, format));
    assert.equal(await good('query', '**', '-d', join(folder, format), ...range, '--format', 'csv'), all);
  }
});

test('bad rows are named and left out, or refuse the file', async (t) => {
  const folder = makeFolder(t);
  const file = join(folder, 'bad.csv');
  const data = join(folder, 'data');
  writeFileSync(file, 'time,A,B\n2024-11-05,1,on\nyesterday,2,on\n2024-11-06,3,off,5\n"2024"-11,4,x\n2024-11-07,7,off\n');

  const strict = await run('import', file, '--strict', '-d', data);
  assert.equal(strict.status, 1);
  for (const line of [3, 4, 5]) assert.match(strict.err, new RegExp(`bad\\.csv: line ${line}: `));
  assert.match(strict.out, /nothing was stored/);
  assert.match(await good('info', '-d', data), /rows +0/);

  const summary = await summaryOf(file, '-d', data);
  assert.equal(summary.status, 1);
  assert.deepEqual([summary.rows, summary.samples, summary.bad_rows], [2, 4, 3]);
  assert.equal((await run('import', file, '--skip-bad', '-d', data)).status, 0);
  assert.equal(
    await good('query', '*', '-d', data, '--from', '2024-11-01', '--to', '2024-12-01', '--format', 'csv'),
    'tag,time,value,quality\r\n' +
      'A,2024-11-05T00:00:00.000+00:00,1,192\r\nA,2024-11-07T00:00:00.000+00:00,7,192\r\n' +
      'B,2024-11-05T00:00:00.000+00:00,on,192\r\nB,2024-11-07T00:00:00.000+00:00,off,192\r\n',
  );

  // A tag keeps its type: cells that do not fit are bad, the rest of their rows is not.
  writeFileSync(file, 'time,A,C\n2024-11-08,1.5,true\n2024-11-09,2.0,false\n');
  const other = await summaryOf(file, '-d', data);
  assert.deepEqual([other.status, other.samples, other.bad_rows], [1, 3, 1]);
  assert.match(other.err, /line 2: tag "A": "1\.5" is no Integer/);
  const conflict = await run('import', file, '-d', data, '--type', 'A=double');
  assert.equal(conflict.status, 1);
  assert.match(conflict.err, /tag "A" is Integer in the history, --type says Double/);

  // More than are listed.
  writeFileSync(file, `time,A\n${'x,1\n'.repeat(1000)}`);
  const many = await summaryOf(file, '-n');
  assert.equal(many.bad_rows, 1000);
  assert.equal(many.err.match(/bad\.csv: line/g).length, 20);
});

test('pipes, gzip, other layouts and a directory that a server has', async (t) => {
  const folder = makeFolder(t);
  const server = await new Server(folder).start();
  t.after(() => server.kill());
  const refused = await run('import', recordings(folder)[0].path, '-d', server.data);
  assert.equal(refused.status, 1);
  assert.match(refused.err, new RegExp(`process ${server.child.pid} `));
  assert.match(refused.err, /import with -s URL/);

  // 12,000 rows: beyond those that types are judged by.
  const lines = Array.from({ length: 12000 }, (_, i) => `${1730764800 + i},${i}${i < 11000 ? '' : '.5'}`);
  const pipe = spawn(program, ['import', '-', '-s', server.url, '--prefix', 'pipe', '--format', 'json']);
  const text = { out: '', err: '' };
  pipe.stdout.on('data', (bytes) => (text.out += bytes));
  pipe.stderr.on('data', (bytes) => (text.err += bytes));
  pipe.stdin.end(gzipSync(`time,value\n${lines.join('\n')}\n`));
  const status = await new Promise((resolve) => pipe.on('close', resolve));
  const summary = JSON.parse(text.out);
  assert.equal(status, 1); // an Integer by its first rows
  assert.deepEqual([summary.samples, summary.bad_rows], [11000, 1000]);
  assert.match(text.err, /line 11002: tag "pipe": "11000\.5" is no Integer/);

  const protocol = join(folder, 'a.lp');
  writeFileSync(protocol, 'boiler,unit=1 pressure=6.2,state="on",zero=-0 1730764800000000000\n');
  await good('import', protocol, '-s', server.url);
  assert.deepEqual(await server.rows('boiler/1/pressure'), [[1730764800000, 6.2, 192]]);
  assert.deepEqual(await server.rows('boiler/1/state'), [[1730764800000, 'on', 192]]);

  assert.ok(Object.is((await server.rows('boiler/1/zero'))[0][1], -0));

  const excel = join(folder, 'excel.csv');
  writeFileSync(excel, '\ufeffsep=;\r\nDatum;Leistung [kW];Stand\r\n05.11.2024 24:00;1,25;"7"\r\n');
  await good('import', excel, '-s', server.url, '--time-format', '%d.%m.%Y %H:%M', '--tz', 'Europe/Berlin');
  assert.deepEqual(await server.rows('Leistung \\[kW]'), [[Date.UTC(2024, 10, 5, 23), 1.25, 192]]);
  assert.deepEqual(await server.rows('Stand'), [[Date.UTC(2024, 10, 5, 23), 7, 192]]);
  await server.stop();
});

// The named file of a zip archive whose entries have their sizes in the central directory.
function unzip(bytes, wanted) {
  let at = bytes.readUInt32LE(bytes.length - 22 + 16);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [packed, nameLength, extra, comment] = [20, 28, 30, 32].map((place) =>
      place === 20 ? bytes.readUInt32LE(at + place) : bytes.readUInt16LE(at + place),
    );
    const local = bytes.readUInt32LE(at + 42);
    if (bytes.toString('utf8', at + 46, at + 46 + nameLength) === wanted) {
      const data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      return inflateRawSync(bytes.subarray(data, data + packed)).toString('utf8');
    }
    at += 46 + nameLength + extra + comment;
  }
  throw new Error(`no ${wanted}`);
}

test('a workbook has the rows, times of the zone, and no formulas', async (t) => {
  const folder = makeFolder(t);
  const server = await new Server(folder).start();
  t.after(() => server.kill());
  const file = join(folder, 'a.csv');
  writeFileSync(file, 'tag,time,value\nA,2024-11-05T10:00:00Z,1.5\nB,2024-11-05T10:00:00Z,=1+1\nC,2024-11-05T10:00:00Z,true\n');
  await good('import', file, '-s', server.url);
  const path = join(folder, 'a.xlsx');
  for (const target of [['-s', server.url], ['-d', server.data]]) {
    await good('export', '*', ...target, '--from', '2024-11-01', '--tz', 'Europe/Kyiv', '--format', 'xlsx', '-o', path);
    const sheet = unzip(readFileSync(path), 'xl/worksheets/sheet1.xml');
    const rows = [...sheet.matchAll(/<row [^>]*>(.*?)<\/row>/g)].map(([, row]) =>
      [...row.matchAll(/<(?:v|t)>(.*?)<\/(?:v|t)>/g)].map(([, cell]) => cell),
    );
    assert.deepEqual(rows, [
      ['tag', 'time', 'value', 'quality'],
      ['A', '45601.5', '1.5', '192'],
      ['B', '45601.5', "'=1+1", '192'],
      ['C', '45601.5', '1', '192'],
    ]);
    assert.doesNotMatch(sheet, /<f>/);
  }
  await server.stop();
});

test('rows of documented tables by their column names', async (t) => {
  const folder = makeFolder(t);
  const server = await new Server(folder).start();
  t.after(() => server.kill());
  const directory = join(folder, 'embedded');
  const units = join(folder, 'units.csv');
  const frames = join(folder, 'frames.csv');
  writeFileSync(units, 'DimId,Name\n900,Furlong\n901,"Stone, long"\n');
  const lines = Array.from({ length: 5000 }, (_, i) => `P1,${1730764800000 + i * 1000},${i}.5,r${i % 7}`);
  writeFileSync(frames, `tool_id,claim_time,n01,s01\n${lines.join('\n')}\n`);
  for (const target of [['-s', server.url], ['-d', directory]]) {
    assert.match(await good('import', '--table', 'TB_Dim', units, '-n', ...target), /2 created, 0 changed \(dry run/);
    assert.match(await good('import', '--table', 'TB_Dim', units, ...target), /2 rows, 2 created, 0 changed/);
    assert.match(await good('import', '--table', 'TB_Dim', units, ...target), /2 rows, 0 created, 0 changed/);
    assert.match(await good('import', '--table', 'dcop_collect_bt', frames, ...target), /5000 rows/);
    writeFileSync(join(folder, 'bad.csv'), 'DimId,Name\n902,Rod\n903,\n');
    const bad = await run('import', '--table', 'TB_Dim', join(folder, 'bad.csv'), ...target);
    assert.equal(bad.status, 1);
    assert.match(bad.err, /bad\.csv: .*TB_Dim, row 3, column "Name"/);
  }
  assert.equal((await (await server.get('/api/v1/tables/TB_Dim/901')).json()).Name, 'Stone, long');
  assert.equal((await server.get('/api/v1/tables/TB_Dim/902')).status, 404);
  await server.stop();
  assert.match(await good('check', '-d', directory), /ledger: clean/);
  assert.match(await good('info', '-d', directory), /rows +5000/);
});

test('a killed import goes on where it was', async (t) => {
  const folder = makeFolder(t);
  const file = join(folder, 'long.csv');
  const data = join(folder, 'data');
  const rows = 1200000;
  const base = Date.UTC(2020, 0, 1);
  writeFileSync(file, 'time,A,B,C\n');
  for (let i = 0; i < rows; i += 100000) {
    appendFileSync(
      file,
      Array.from({ length: 100000 }, (_, j) => `${base + (i + j) * 60000},${i + j},${(i + j) % 7}.5,${(i + j) % 2 === 0}\n`).join(''),
    );
  }
  const positions = join(data, 'imports');
  const saved = () => existsSync(positions) && readdirSync(positions).some((name) => name.endsWith('.position'));
  const import_ = spawn(program, ['import', file, '-d', data], { stdio: 'ignore' });
  const ended = new Promise((resolve) => import_.on('close', (code, signal) => resolve(signal)));
  await until('a position is kept', saved, 60);
  import_.kill('SIGKILL');
  assert.equal(await ended, 'SIGKILL');

  // Asked to stop: it ends behind the rows under way, and says so.
  const asked = spawn(program, ['import', file, '-d', data], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  asked.stdout.on('data', (bytes) => (said += bytes));
  const before = readFileSync(join(positions, readdirSync(positions)[0]), 'utf8');
  await until('the position moves on', () => readFileSync(join(positions, readdirSync(positions)[0]), 'utf8') !== before, 60);
  asked.kill('SIGINT');
  assert.equal(await new Promise((resolve) => asked.on('close', resolve)), 1);
  assert.match(said, /interrupted: the same command goes on where it stopped/);

  const summary = await summaryOf(file, '-d', data);
  assert.equal(summary.status, 0, summary.err);
  assert.match(summary.err, /going on behind line \d+/);
  assert.ok(summary.resumed_line > 1 && summary.resumed_line < rows);
  assert.equal(summary.rows, rows);
  assert.equal(summary.samples, 3 * (rows + 1 - summary.resumed_line));
  assert.ok(!saved());
  const all = await good('query', '*', '-d', data, '--from', '2019-01-01', '--every', 'range', '--agg', 'count,sum', '--format', 'json');
  const values = JSON.parse(all).series.map(({ tag, columns, rows: [row] }) => [tag, row[columns.indexOf('count')], row[columns.indexOf('sum')]]);
  assert.equal(values.length, 3);
  for (const [tag, number] of values) assert.equal(number, rows, tag);
  assert.equal(values[0][2], (rows * (rows - 1)) / 2);
  assert.match(await good('check', '-d', data), /main: clean/);
});
