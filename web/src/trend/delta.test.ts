import { test } from 'node:test';
import assert from 'node:assert/strict';
import { penData } from './data';
import { deltaData } from './delta';

test('raw counts become growth by bucket, over a restart too', () => {
  const data = penData({
    tag: 'a', type: 'integer', columns: ['time', 'value', 'quality'],
    rows: [[0, 100, 192], [400, 103, 192], [900, 110, 192], [1500, null, 0], [1900, 112, 192], [2500, 4, 192]],
  }, 0, 3000, 100);
  const delta = deltaData(data, 3); // 30 ms a bar: the least rung is a second
  assert.equal(delta.width, 1000);
  assert.deepEqual(delta.time, [0, 1000, 2000]);
  assert.deepEqual(delta.value, [10, 2, 4]);
  assert.deepEqual(delta.quality, [192, 64, 192]);
});

test('buckets differ by their last counts', () => {
  const data = penData({
    tag: 'a', type: 'integer', columns: ['time', 'min', 'max', 'avg', 'first', 'last', 'count', 'bad'], every_ms: 10,
    rows: [[0, 1, 5, 3, 1, 5, 3, 0], [10, 6, 9, 7, 6, 9, 3, 0]],
  }, 0, 20, 2);
  assert.deepEqual(deltaData(data, 1).value, [4, 4]);
});
