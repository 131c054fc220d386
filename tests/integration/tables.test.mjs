// The plant changed through a running server: by rows and by plant file; what is collected follows.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Server, makeFolder, run, until } from './varve.mjs';

const plant = new URL('../../examples/plant/plant.yaml', import.meta.url).pathname;

async function started(t) {
  const server = await new Server(makeFolder(t)).start();
  t.after(() => server.kill());
  return server;
}

async function change(server, method, path, body, headers = {}) {
  const answer = await fetch(server.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'object' ? JSON.stringify(body) : body,
  });
  return { status: answer.status, text: await answer.text(), etag: answer.headers.get('etag') };
}

const devices = async (server) => (await (await server.get('/health')).json()).connections;

test('varve apply -s gives a running server a plant file, and it collects by it', async (t) => {
  const server = await started(t);
  const dry = await run('apply', plant, '-s', server.url, '--dry-run');
  assert.equal(dry.status, 0, dry.err);
  assert.match(dry.out, /^\+ connection Field gateway$/m);
  assert.match(dry.out, /would be: \d+ added, 0 changed, 0 removed\n$/);
  assert.deepEqual(await devices(server), []);

  const done = await run('apply', plant, '-s', server.url);
  assert.equal(done.status, 0, done.err);
  assert.match(done.out, /\n\d+ added, 0 changed, 0 removed\n$/);
  await until('the devices are polled', async () => (await devices(server)).length === 3);

  const file = join(server.folder, 'exported.yaml');
  writeFileSync(file, (await change(server, 'GET', '/api/v1/plant')).text);
  const again = await run('apply', file, '-s', server.url);
  assert.equal(again.out, '0 added, 0 changed, 0 removed\n');

  writeFileSync(file, readFileSync(file, 'utf8').replace('name: Main meter', 'nam: Main meter'));
  const wrong = await run('apply', file, '-s', server.url);
  assert.equal(wrong.status, 1);
  assert.match(wrong.err, /line \d+: .*nam/);
  assert.match(wrong.err, /nothing was changed/);
  const refused = await run('apply', plant, '-d', server.data);
  assert.equal(refused.status, 1);
  assert.match(refused.err, /-s/);
  await server.stop();
});

test('a device changed by row is collected by at once', async (t) => {
  const server = await started(t);
  assert.equal((await change(server, 'POST', '/api/v1/plant', readFileSync(plant, 'utf8'))).status, 200);
  await until('the devices are polled', async () => (await devices(server)).length === 3);
  const { text, etag } = await change(server, 'GET', '/api/v1/tables/TB_Devices/2');
  assert.equal(JSON.parse(text).Name, 'Main meter');
  const off = await change(server, 'PATCH', '/api/v1/tables/TB_Devices/2', { IsActive: 0 }, { 'if-match': etag });
  assert.equal(off.status, 200);
  await until('the device rests', async () =>
    (await devices(server)).some((device) => device.device === 'Main meter' && device.state === 'inactive'),
  );
  const late = await change(server, 'PATCH', '/api/v1/tables/TB_Devices/2', { IsActive: 1 }, { 'if-match': etag });
  assert.equal(late.status, 412);
  assert.equal(JSON.parse(late.text).error.code, 'changed');
  await server.stop();
});

test('the OpenAPI document is one, and has every table of the ledger', async (t) => {
  const server = await started(t);
  const document = await (await server.get('/api/v1/openapi.json')).json();
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors, null, 1));
  const { tables } = await (await server.get('/api/v1/tables')).json();
  for (const { name, kind } of tables) {
    if (kind !== 'ledger') continue;
    const { columns } = await (await server.get(`/api/v1/tables/${name}/schema`)).json();
    const shown = columns.filter((column) => !column.secret).map((column) => column.name);
    assert.deepEqual(Object.keys(document.components.schemas[name].properties), shown, name);
  }
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { parameters }] of Object.entries(methods))
      assert.deepEqual(
        parameters.filter((one) => one.in === 'path').map((one) => `{${one.name}}`),
        path.match(/\{\w+\}/g) ?? [],
        `${method} ${path}`,
      );
  await server.stop();
});
