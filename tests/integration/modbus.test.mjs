// npm modbus-serial as the device: what it serves is what is stored, a register that it refuses
// and a device that is silent are bad for exactly their own points, and a device that goes away is
// polled again when it comes back.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import ModbusRTU from 'modbus-serial';
import { Server, freePort, makeFolder, until } from './varve.mjs';

const good = 192;

// Two units with their own registers. 16-bit words by address; a missing one is refused.
const registers = {
  1: { 0: 0x42f6, 1: 0xe979, 10: 0xffff, 20: 0x0002, 21: 0x0001, 30: 0x8005, 40: 0x0000, 41: 0x0001, 42: 0x0000, 43: 0x0002 },
  2: { 0: 7 },
};

function read(address, unit) {
  const word = registers[unit]?.[address];
  if (word === undefined) throw Object.assign(new Error('illegal data address'), { modbusErrorCode: 2 });
  return word;
}

function serve(port) {
  const device = new ModbusRTU.ServerTCP(
    {
      getHoldingRegister: read,
      getInputRegister: (address, unit) => read(address, unit) ^ 1,
      getCoil: (address) => address % 2 === 1,
      getDiscreteInput: (address) => address % 3 === 0,
    },
    { host: '127.0.0.1', port, unitID: 255 },
  );
  device.on('socketError', () => {}); // the server hangs up when it stops
  return new Promise((resolve) => device.on('initialized', () => resolve(device)));
}

// Accepts, and never says a word.
async function serveSilence(t) {
  const sockets = new Set();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  return listener.address().port;
}

const plant = (port, silent) => `
connections:
  - {name: Peer, driver: modbus, settings: HOST=127.0.0.1 PORT=${port} TIMEOUT=300}
  - {name: Nobody, driver: modbus, settings: HOST=127.0.0.1 PORT=${silent} TIMEOUT=300}
types:
  - name: Peer
    type: 100
    parameters:
      - {index: 1, name: float, address: "holding:0", type: f32}
      - {index: 2, name: signed, address: "holding:10", type: i16, scale: 0.5, offset: 10}
      - {index: 3, name: swapped, address: "holding:20", type: u32, order: CDAB}
      - {index: 4, name: bit in a word, address: "holding:30.15", type: bit}
      - {index: 5, name: long, address: "holding:40", type: u64}
      - {index: 6, name: input, address: "input:10", type: u16}
      - {index: 7, name: coil, address: "coil:5", type: bit}
      - {index: 8, name: discrete, address: "discrete:4", type: bit}
      - {index: 9, name: refused, address: "holding:999", type: u16}
  - name: Small
    type: 101
    parameters:
      - {index: 1, name: word, address: "holding:0", type: u16}
devices:
  - {name: First, type: Peer, connection: Peer, settings: UNIT=1}
  - {name: Second, type: Small, connection: Peer, settings: UNIT=2}
  - {name: Silent, type: Small, connection: Nobody, settings: UNIT=1}
points:
  - branch: First
    device: First
    period: 200ms
    points:
${['float', 'signed', 'swapped', 'bit in a word', 'long', 'input', 'coil', 'discrete', 'refused']
  .map((name) => `      - {name: ${name}, parameter: ${name}, mode: periodic}\n`)
  .join('')}
  - branch: Others
    period: 200ms
    points:
      - {name: second, device: Second, parameter: word, mode: periodic}
      - {name: silent, device: Silent, parameter: word, mode: periodic}
`;

test('npm modbus-serial as a device', { timeout: 120000 }, async (t) => {
  const folder = makeFolder(t);
  const port = await freePort();
  let device = await serve(port);
  t.after(() => new Promise((resolve) => device.close(resolve)));
  const silent = await serveSilence(t);
  writeFileSync(join(folder, 'plant.yaml'), plant(port, silent));
  const server = await new Server(folder, { extra: `plant: ${join(folder, 'plant.yaml')}\n` }).start();
  t.after(() => server.kill());

  const live = async (tag) => (await server.live()).find((row) => row.tag === tag);
  const becomes = (tag, wanted) =>
    until(tag, async () => {
      const row = await live(tag);
      return row !== undefined && wanted(row) ? row : null;
    });

  await t.test('every kind of register and type', async () => {
    const expected = {
      'First/float': Math.fround(123.456),
      'First/signed': 9.5,
      'First/swapped': 65538,
      'First/bit in a word': true,
      'First/long': 4294967298,
      'First/input': 0xfffe,
      'First/coil': true,
      'First/discrete': false,
      'Others/second': 7,
    };
    for (const [tag, value] of Object.entries(expected)) {
      const row = await becomes(tag, ({ quality }) => quality === good);
      assert.equal(row.value, value, tag);
    }
  });

  await t.test('a refused register and a silent device are bad, and nothing else', async () => {
    await becomes('First/refused', ({ quality, value }) => quality < 64 && value === null);
    await becomes('Others/silent', ({ quality, value }) => quality < 64 && value === null);
    for (const row of await server.live())
      if (!['First/refused', 'Others/silent'].includes(row.tag)) assert.equal(row.quality, good, row.tag);
  });

  await t.test('a change comes through and is stored', async () => {
    registers[2][0] = 8;
    const since = (await becomes('Others/second', ({ value }) => value === 8)).time;
    const rows = await until('the change in the history', async () => {
      const found = await server.rows('Others/second');
      return found.some(([time_ms, value]) => time_ms === since && value === 8) ? found : null;
    });
    assert.ok(rows.some(([, value]) => value === 7));
  });

  await t.test('the device goes away and comes back', async () => {
    await new Promise((resolve) => device.close(resolve));
    await becomes('Others/second', ({ quality }) => quality < 64);
    await becomes('First/float', ({ quality }) => quality < 64);
    registers[2][0] = 9;
    device = await serve(port);
    await becomes('Others/second', ({ quality, value }) => quality === good && value === 9);
    await becomes('First/float', ({ quality }) => quality === good);
    const rows = await server.rows('Others/second');
    assert.ok(rows.some(([, value, quality]) => value === null && quality < 64), 'the outage is in the history');
  });

  await server.stop();
});
