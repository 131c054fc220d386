import { test } from 'node:test';
import assert from 'node:assert/strict';
import { appendLive, emptyData, extent, gapAfter, indexAt, penData } from './data';
import type { LiveValue, Series } from '../api';

const raw: Series = {
  tag: 'a', type: 'double', columns: ['quality', 'time', 'value'],
  rows: [[192, 1000, 1.5], [0, 2000, null], [64, 3000, 2.5]], source: 'raw',
};
const buckets: Series = {
  tag: 'a', type: 'double', columns: ['time', 'min', 'max', 'avg', 'first', 'last', 'count', 'bad'],
  rows: [[0, 1, 9, 2, 1, 3, 10, 0], [10_000, null, null, null, null, null, 0, 4], [20_000, 2, 2, 2, 2, 2, 9, 1]],
};
const live = (time: number, value: number | null, quality = 192): LiveValue =>
  ({ tag: 'a', time, value, quality, type: 'double', unit: '', received: time });

test('raw rows, columns by name, bad ones without a value', () => {
  const data = penData(raw, 0, 4000, 100);
  assert.equal(data.kind, 'raw');
  assert.deepEqual(data.time, [1000, 2000, 3000]);
  assert.ok(Number.isNaN(data.value[1]));
  assert.deepEqual(data.quality, [192, 0, 64]);
});

test('buckets keep their extremes, and say where all was bad', () => {
  const data = penData(buckets, 0, 30_000, 3);
  assert.equal(data.kind, 'bucket');
  assert.equal(data.width, 10_000);
  assert.deepEqual(data.quality, [192, 0, 64]);
  assert.deepEqual(extent(data, 0, 30_000), [1, 9]);
  assert.deepEqual(extent(data, 20_000, 30_000), [2, 2]);
  assert.equal(extent(emptyData('double'), 0, 1), null);
});

test('live samples extend raw rows once', () => {
  const data = penData(raw, 0, 4000, 100);
  assert.equal(appendLive(data, live(4000, 9)), false); // rows may be missing in between
  data.open = true;
  assert.equal(appendLive(data, live(3000, 9)), false);
  assert.equal(appendLive(data, live(4000, 9)), true);
  assert.deepEqual(data.time, [1000, 2000, 3000, 4000]);
  assert.equal(data.max[3], 9);
});

test('live samples fall into the last bucket or open the next on the same grid', () => {
  const data = penData(buckets, 0, 30_000, 3);
  data.open = true;
  appendLive(data, live(21_000, 12));
  assert.equal(data.max[2], 12);
  assert.equal(data.count[2], 10);
  assert.equal(data.value[2], 3);
  appendLive(data, live(47_000, 5));
  assert.equal(data.time[3], 40_000);
  appendLive(data, live(48_000, null, 0));
  assert.equal(data.bad[3], 1);
  assert.equal(data.quality[3], 64);
});

test('finding rows and gaps', () => {
  assert.deepEqual([-1, 0, 5, 10, 99].map((time) => indexAt([0, 10, 20], time)), [-1, 0, 0, 1, 2]);
  assert.equal(gapAfter(penData(raw, 0, 1, 1), 2), 6000);
  assert.equal(gapAfter(penData(raw, 0, 1, 1), undefined), Infinity);
  assert.ok(gapAfter(penData(buckets, 0, 30_000, 3), 1) > 10_000);
});
