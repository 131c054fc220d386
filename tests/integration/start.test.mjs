// What serve says when it cannot start.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Server, makeFolder, run } from './varve.mjs';

test('a second server on the same data is refused, naming the first', async (t) => {
  const folder = makeFolder(t);
  const first = await new Server(folder).start();
  t.after(() => first.kill());
  const second = new Server(makeFolder(t), { data: first.data });
  await second.write_config();
  const { status, err } = await run('serve', '-c', second.config);
  assert.equal(status, 1);
  assert.match(err, new RegExp(`\\b${first.child.pid}\\b`));
  assert.equal((await first.get('/health')).status, 200);
  await first.stop();
});

test('a killed server leaves no lock behind', async (t) => {
  const folder = makeFolder(t);
  const first = await new Server(folder).start();
  await first.kill();
  const again = await new Server(folder).start();
  await again.stop();
});

for (const [name, text, ...words] of [
  ['an unknown key', 'node: a\ndata: ./d\nhttp: {lisen: "127.0.0.1:0"}\n', 'lisen', 'listen', '3'],
  ['an unknown key of a history', 'data: ./d\nhistories:\n  - name: a\n    stor: native\n', 'stor', 'store', '4'],
  ['a wrong value', 'data: ./d\nhistories:\n  - {name: a, store: native, sync: sometimes}\n', 'sometimes', '3'],
  ['no YAML', 'data: [\n', '2'],
]) {
  test(`${name} in the configuration is named with its line`, async (t) => {
    const config = join(makeFolder(t), 'varve.yaml');
    writeFileSync(config, text);
    const { status, err } = await run('serve', '-c', config, '--check');
    assert.equal(status, 1);
    for (const word of words) assert.match(err, new RegExp(`\\b${word}\\b`));
  });
}

test('a configuration that is not there', async () => {
  const { status, err } = await run('serve', '-c', '/nonexistent/varve.yaml');
  assert.equal(status, 1);
  assert.match(err, /\/nonexistent\/varve\.yaml/);
});

test('wrong usage ends with 2', async () => {
  assert.equal((await run('serv')).status, 2);
  assert.equal((await run('serve', '--no-such-option')).status, 2);
});
