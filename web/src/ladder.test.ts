import { test } from 'node:test';
import assert from 'node:assert/strict';
import { bucketWidth, LADDER } from './ladder';
import { DAY, HOUR, MINUTE, SECOND } from './zone';

test('the ladder rises, and each rung up to an hour divides the hour', () => {
  LADDER.forEach((rung, i) => assert.ok(i === 0 || rung > LADDER[i - 1]));
  LADDER.filter((rung) => rung <= HOUR).forEach((rung) => assert.equal(HOUR % rung, 0));
});

test('the width comes from the answer itself', () => {
  assert.equal(bucketWidth([0, 10_000, 40_000], 0, 60_000, 6), 10 * SECOND);
  assert.equal(bucketWidth([0, 23 * HOUR, 47 * HOUR], 0, 3 * DAY, 3), DAY); // a day of 23 hours is a day
  assert.equal(bucketWidth([0, DAY, 2 * DAY + HOUR], 0, 3 * DAY, 3), DAY);
});

test('a lone bucket falls back to the rung that was asked for', () => {
  assert.equal(bucketWidth([5000], 0, HOUR, 60), MINUTE);
  assert.equal(bucketWidth([], 0, HOUR, 100), MINUTE);
});
