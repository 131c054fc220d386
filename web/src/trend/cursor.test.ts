import { test } from 'node:test';
import assert from 'node:assert/strict';
import { neighbour, readingAt, stateAt } from './cursor';
import { penData } from './data';
import { newPen } from './model';

const pen = newPen('a', 1, { tag: 'a', id: 1, type: 'double', unit: 'bar', history: 'main', period_s: 1 });
pen.data = penData({
  tag: 'a', type: 'double', columns: ['time', 'value', 'quality'],
  rows: [[1000, 1, 192], [2000, 3, 192], [3000, null, 0], [9000, 5, 64]],
}, 0, 10_000, 100);

test('the sample at or before, with its own time and quality', () => {
  assert.equal(readingAt(pen, 500), null);
  assert.deepEqual({ ...readingAt(pen, 2400)! }, {
    time: 2000, value: 3, min: 3, max: 3, quality: 192, text: null, bucket: false, held: false, interpolated: false,
  });
  assert.ok(Number.isNaN(readingAt(pen, 3500)!.value));
  assert.equal(readingAt(pen, 8000)!.held, true); // five periods after the last sample
});

test('keys go from sample to sample', () => {
  assert.equal(neighbour(pen, 1500, 1), 2000);
  assert.equal(neighbour(pen, 2000, -1), 1000);
  assert.equal(neighbour(pen, 1500, -1), 1000);
  assert.equal(neighbour(pen, 9000, 1), null);
});

test('between two samples, where asked for and where both are good', () => {
  const between = readingAt(pen, 1250, true)!;
  assert.equal(between.value, 1.5);
  assert.equal(between.interpolated, true);
  assert.equal(readingAt(pen, 2400, true)!.interpolated, false); // the next one is bad
  assert.equal(readingAt(pen, 1000, true)!.interpolated, false); // a sample itself
  assert.equal(readingAt({ ...pen, info: { ...pen.info!, line: 'step' } }, 1250, true)!.value, 1);
});

test('how long a state lasts', () => {
  const lane = newPen('b', 1, null);
  lane.data = penData({
    tag: 'b', type: 'boolean', columns: ['time', 'value', 'quality'],
    rows: [[10, true, 192], [20, true, 192], [30, false, 192], [40, null, 0]],
  }, 0, 50, 100);
  assert.equal(stateAt(lane.data, 5, 99), null);
  assert.deepEqual(stateAt(lane.data, 25, 99), { start: 10, end: 30, atLeast: true }); // nobody knows what was before
  assert.deepEqual(stateAt(lane.data, 30, 99), { start: 30, end: 40, atLeast: false });
  assert.deepEqual(stateAt(lane.data, 45, 99), { start: 40, end: 40, atLeast: true });
  lane.data.open = true;
  assert.deepEqual(stateAt(lane.data, 45, 99), { start: 40, end: 99, atLeast: false });
});
