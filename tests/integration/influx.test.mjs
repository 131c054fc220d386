// The InfluxDB client of npm writes, batches and gzips as it does everywhere. Its close() waits for
// the last batch only, and resolves even when every batch failed: what counts is what the server has.
import assert from 'node:assert/strict';
import test from 'node:test';
import { InfluxDB, Point } from '@influxdata/influxdb-client';
import { Server, makeFolder, until } from './varve.mjs';

const start_ms = Date.UTC(2024, 10, 5);
const points = 5000;

function writer(server, options) {
  return new InfluxDB({ url: server.url, token: 'none' }).getWriteApi('plant', 'main', 'ms', {
    maxRetries: 0,
    ...options,
  });
}

test('npm @influxdata/influxdb-client', async (t) => {
  const server = await new Server(makeFolder(t)).start();
  t.after(() => server.kill());

  await t.test('every point of every type is there, once', async () => {
    const failures = [];
    let sent = 0;
    const api = writer(server, {
      batchSize: 700,
      writeSuccess: (lines) => (sent += lines.length),
      writeFailed: (error) => void failures.push(error),
    });
    for (let i = 0; i < points; i++) {
      api.writePoint(
        new Point('boiler')
          .tag('site', 'north wing')
          .tag('line', '2')
          .floatField('temperature', 20 + i / 8)
          .intField('count', i)
          .booleanField('running', i % 3 === 0)
          .stringField('operator', `Оператор ${i % 7}, "чергу" = ${i}`)
          .timestamp(new Date(start_ms + i * 1000)),
      );
    }
    await api.close();
    assert.equal(failures.length, 0, String(failures[0]));
    await until('all batches', () => sent === points);
    const expected = {
      'boiler/2/north wing/temperature': (i) => 20 + i / 8,
      'boiler/2/north wing/count': (i) => i,
      'boiler/2/north wing/running': (i) => i % 3 === 0,
      'boiler/2/north wing/operator': (i) => `Оператор ${i % 7}, "чергу" = ${i}`,
    };
    for (const [tag, value] of Object.entries(expected)) {
      const rows = await server.rows(tag);
      assert.equal(rows.length, points, tag);
      rows.forEach((row, i) => assert.deepEqual(row, [start_ms + i * 1000, value(i), 192], tag));
    }
  });

  await t.test('a batch with one value of another type is refused as a whole', async () => {
    const failures = [];
    const api = writer(server, {
      batchSize: 100,
      gzipThreshold: 1e9,
      writeFailed: (error, lines) => {
        failures.push({ status: error.statusCode, body: error.body, count: lines.length });
        return Promise.resolve();
      },
    });
    for (let i = 0; i < 99; i++) api.writeRecord(`refused value=${i} ${start_ms + i}`);
    api.writeRecord(`boiler,site=north\\ wing,line=2 running=1.5 ${start_ms}`);
    await api.close();
    await until('the refusal', () => failures.length > 0);
    assert.equal(failures.length, 1);
    assert.equal(failures[0].status, 400);
    assert.equal(failures[0].count, 100);
    assert.match(failures[0].body, /Boolean/i);
    assert.match(failures[0].body, /Double/i);
    assert.deepEqual(JSON.parse(failures[0].body).lines.map(({ line }) => line), [100]);
    const tags = await (await server.get('/api/v1/tags?match=refused*')).json();
    assert.doesNotMatch(JSON.stringify(tags), /refused/);
  });

  await t.test('a point written again replaces the first', async () => {
    const api = writer(server, {});
    api.writeRecord(`boiler,site=north\\ wing,line=2 temperature=99 ${start_ms}`);
    await api.close();
    const rows = await server.rows('boiler/2/north wing/temperature');
    assert.equal(rows.length, points);
    assert.deepEqual(rows[0], [start_ms, 99, 192]);
  });

  await server.stop();
});
