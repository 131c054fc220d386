import { test } from 'node:test';
import assert from 'node:assert/strict';
import { clampRange, Views, zoomAround } from './views';

test('fifty views are remembered, a repeated one once', () => {
  const views = new Views();
  for (let i = 0; i < 60; i++) views.push({ from: i, to: i + 10, follow: false, fixed: [], engineering: [] });
  views.push({ from: 59, to: 69, follow: false, fixed: [], engineering: [] });
  assert.equal(views.size, 50);
  assert.equal(views.pop()?.from, 59);
  assert.equal(views.pop()?.from, 58);
});

test('zoom keeps the instant under the pointer', () => {
  const [from, to] = zoomAround(0, 100, 25, 0.5);
  assert.deepEqual([from, to], [12.5, 62.5]);
  assert.equal((25 - from) / (to - from), 0.25);
});

test('spans are kept in bounds around the middle', () => {
  assert.deepEqual(clampRange(0, 1, { min: 10, max: 100 }), [-4.5, 5.5]);
  assert.deepEqual(clampRange(0, 1000, { min: 10, max: 100 }), [450, 550]);
  assert.deepEqual(clampRange(0, 50, { min: 10, max: 100 }), [0, 50]);
});
