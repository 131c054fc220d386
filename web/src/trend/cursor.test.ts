import { test } from 'node:test';
import assert from 'node:assert/strict';
import { compare, neighbour, readingAt } from './cursor';
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
    time: 2000, value: 3, min: 3, max: 3, quality: 192, text: null, bucket: false, held: false,
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

test('two cursors', () => {
  assert.deepEqual(compare(pen, 1000, 2000), { seconds: 1, difference: 2, slope: 7200 });
  assert.equal(compare(pen, 1000, 3000).difference, null);
});
