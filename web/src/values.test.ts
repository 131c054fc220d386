import { test } from 'node:test';
import assert from 'node:assert/strict';
import { ageOf, conditionOf, keepValues, tally, type Values } from './values';
import type { LiveValue, TagInfo } from './api';

const info = (tag: string, period_s?: number): TagInfo => ({ tag, id: 1, type: 'double', unit: '', history: 'main', period_s });
const live = (tag: string, time: number, quality = 192, received = time): LiveValue =>
  ({ tag, time, value: 1, quality, type: 'double', unit: '', received });

test('an older value never replaces a newer one', () => {
  const values: Values = new Map();
  keepValues(values, [live('a', 2000), live('a', 1000)]);
  assert.equal(values.get('a')?.time, 2000);
  keepValues(values, [live('a', 2000, 192, 5000)]);
  assert.equal(values.get('a')?.received, 5000);
});

test('stale wins over quality, and waits three periods or five minutes', () => {
  assert.equal(conditionOf(undefined, info('a'), 0), 'none');
  assert.equal(conditionOf(live('a', 0), info('a', 2), 6000), 'good');
  assert.equal(conditionOf(live('a', 0), info('a', 2), 6001), 'stale');
  assert.equal(conditionOf(live('a', 0, 0), info('a'), 300_000), 'bad');
  assert.equal(conditionOf(live('a', 0, 64), info('a'), 300_001), 'stale');
});

test('what a client wrote late is as old as it says', () => {
  assert.equal(conditionOf(live('a', 0, 192, 400_000), info('a'), 400_000), 'stale');
  assert.equal(conditionOf(live('a', 0, 192, 400_000), info('a', 2), 400_000), 'good');
});

test('tallies and ages', () => {
  const values: Values = new Map();
  keepValues(values, [live('a', 0), live('b', 0, 64), live('c', 0, 8)]);
  assert.deepEqual(tally([info('a'), info('b'), info('c'), info('d')], values, 1000),
    { none: 1, good: 1, uncertain: 1, bad: 1, stale: 0 });
  assert.deepEqual([1500, 150_000, 3 * 3_600_000, 3 * 86_400_000].map(ageOf),
    [{ n: 1, unit: 's' }, { n: 2, unit: 'min' }, { n: 3, unit: 'h' }, { n: 3, unit: 'd' }]);
});
