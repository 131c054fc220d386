// A full disk: writes are refused with 507, reads go on, and when there is room again it recovers by
// itself. On a small tmpfs of its own, which needs root.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { Server, run, until } from './varve.mjs';

const size_mib = 384;
const lines_per_batch = 2000;

// Takes all the room but `leave_bytes`.
function fill(file, leave_bytes) {
  const { bavail, bsize } = statfsSync(join(file, '..'));
  const chunk = Buffer.alloc(1 << 20, 0x55);
  let left = bavail * bsize - leave_bytes;
  const handle = openSync(file, 'w');
  while (left > 0) left -= writeSync(handle, chunk, 0, Math.min(left, chunk.length));
  closeSync(handle);
}

const skip = process.getuid() === 0 ? false : 'only root may mount a small disk';

test('a full disk refuses writes, answers reads, and recovers', { skip, timeout: 300000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'varve-'));
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size_mib}m`, 'tmpfs', disk]);
  let server = new Server(folder, { data: join(disk, 'data') });
  t.after(async () => {
    await server.kill();
    execFileSync('umount', ['--lazy', disk]);
    rmSync(folder, { recursive: true, force: true });
  });
  await server.start();

  const start_ms = Date.now() - 86400000;
  let written = 0; // lines acknowledged; line n has the value n
  const post = async () => {
    const lines = [];
    for (let i = 0; i < lines_per_batch; i++) lines.push(`disk value=${written + i} ${start_ms + written + i}`);
    const { status } = await server.write(lines.join('\n'));
    if (status === 204) written += lines_per_batch;
    return status;
  };
  const complete = async () => {
    const rows = await server.rows('disk');
    assert.equal(rows.length, written);
    rows.forEach(([time_ms, value], i) => assert.deepEqual([time_ms, value], [start_ms + i, i]));
  };

  assert.equal(await post(), 204);
  // First down to a little above the reserve that the store keeps (64 MiB), then to nothing at all.
  const ballast = join(disk, 'ballast');
  fill(ballast, 72 << 20);
  await until('507', async () => {
    const status = await post();
    assert.ok([204, 507, 503].includes(status), `status ${status}`);
    return status === 507;
  }, 120);
  await complete();
  const last = join(disk, 'last');
  fill(last, 0);
  assert.equal(await post(), 507);
  await complete();
  const health = await server.get('/health');
  assert.notEqual((await health.json()).status, 'ok', '/health says that the disk is full');

  rmSync(last);
  rmSync(ballast);
  await until('room again', async () => (await post()) === 204, 60);
  await complete();
  await server.stop();
  const check = await run('check', '-d', server.data);
  assert.equal(check.status, 0, check.out + check.err);
  server = await new Server(folder, { data: server.data }).start();
  assert.equal((await server.rows('disk')).length, written);
  await server.stop();
});
