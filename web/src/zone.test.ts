import { test } from 'node:test';
import assert from 'node:assert/strict';
import {
  addMonths, changes, dayHours, fullText, HOUR, MINUTE, offsetAt, resolve, rfc3339, startOfDay,
  wallAt, zoneExists,
} from './zone';

const at = (text: string): number => Date.parse(text);
const wall = (year: number, month: number, day: number, hour = 0, minute = 0) =>
  ({ year, month, day, hour, minute, second: 0, ms: 0 });

test('offsets on both sides of a change', () => {
  assert.equal(offsetAt('Europe/Kyiv', at('2024-10-27T00:59:59Z')), 3 * HOUR);
  assert.equal(offsetAt('Europe/Kyiv', at('2024-10-27T01:00:00Z')), 2 * HOUR);
  assert.equal(offsetAt('Asia/Kolkata', at('2024-10-27T01:00:00Z')), 5.5 * HOUR);
  assert.equal(offsetAt('Australia/Lord_Howe', at('2024-04-06T14:59:59Z')), 11 * HOUR);
  assert.equal(offsetAt('Australia/Lord_Howe', at('2024-04-06T15:00:00Z')), 10.5 * HOUR);
  assert.equal(offsetAt('UTC', 0), 0);
});

test('days of 23, 24.5, 25 and 24 hours', () => {
  assert.equal(dayHours('Europe/Kyiv', at('2024-03-31T10:00:00Z')), 23);
  assert.equal(dayHours('Europe/Kyiv', at('2024-10-27T10:00:00Z')), 25);
  assert.equal(dayHours('Europe/Kyiv', at('2024-10-28T10:00:00Z')), 24);
  assert.equal(dayHours('Australia/Lord_Howe', at('2024-04-07T02:00:00Z')), 24.5);
  assert.equal(dayHours('Australia/Lord_Howe', at('2024-10-06T02:00:00Z')), 23.5);
  assert.equal(dayHours('Asia/Kolkata', at('2024-10-27T10:00:00Z')), 24);
  assert.equal(dayHours('UTC', at('2024-10-27T10:00:00Z')), 24);
});

test('a day starts at its own midnight, also across a change', () => {
  assert.equal(startOfDay('Europe/Kyiv', at('2024-10-27T20:00:00Z')), at('2024-10-26T21:00:00Z'));
  assert.equal(startOfDay('Europe/Kyiv', at('2024-10-27T20:00:00Z'), 1), at('2024-10-27T22:00:00Z'));
});

test('wall times that do not exist, and those that exist twice', () => {
  assert.equal(resolve('Europe/Kyiv', wall(2024, 3, 31, 3, 30)).kind, 'gap');
  assert.deepEqual(resolve('Europe/Kyiv', wall(2024, 10, 27, 3, 30)), {
    kind: 'two', first: at('2024-10-27T00:30:00Z'), second: at('2024-10-27T01:30:00Z'),
  });
  assert.deepEqual(resolve('Europe/Kyiv', wall(2024, 10, 27, 4, 0)), {
    kind: 'one', time: at('2024-10-27T02:00:00Z'),
  });
  assert.equal(resolve('Australia/Lord_Howe', wall(2024, 10, 6, 2, 15)).kind, 'gap');
  assert.equal(resolve('Australia/Lord_Howe', wall(2024, 4, 7, 1, 45)).kind, 'two');
  assert.deepEqual(resolve('Asia/Kolkata', wall(2024, 10, 27, 3, 30)), {
    kind: 'one', time: at('2024-10-26T22:00:00Z'),
  });
});

test('every quarter of an hour of two years comes back from its wall time', () => {
  for (const zone of ['UTC', 'Europe/Kyiv', 'Asia/Kolkata', 'Australia/Lord_Howe']) {
    for (let time = at('2023-01-01T00:00:00Z'); time < at('2025-01-01T00:00:00Z'); time += 15 * MINUTE) {
      const r = resolve(zone, wallAt(zone, time));
      const hit = r.kind === 'one' ? r.time === time : r.kind === 'two' && (r.first === time || r.second === time);
      assert.ok(hit, `${zone} ${new Date(time).toISOString()} ${JSON.stringify(r)}`);
    }
  }
});

test('changes of a year', () => {
  const year = [at('2024-01-01T00:00:00Z'), at('2025-01-01T00:00:00Z')] as const;
  assert.deepEqual(changes('Europe/Kyiv', ...year).map((c) => new Date(c.time).toISOString()), [
    '2024-03-31T01:00:00.000Z', '2024-10-27T01:00:00.000Z',
  ]);
  assert.deepEqual(changes('Asia/Kolkata', ...year), []);
  assert.deepEqual(changes('Australia/Lord_Howe', ...year).map((c) => (c.after - c.before) / MINUTE), [-30, 30]);
});

test('months keep the wall time and are cut to their length', () => {
  assert.equal(rfc3339('Europe/Kyiv', addMonths('Europe/Kyiv', at('2024-03-30T22:30:00Z'), -1)),
    '2024-02-29T00:30:00+02:00');
});

test('full times carry their offset', () => {
  assert.equal(fullText('Europe/Kyiv', at('2024-10-27T00:30:00Z')), '2024-10-27 03:30:00 +03:00');
  assert.equal(fullText('Europe/Kyiv', at('2024-10-27T01:30:00.250Z')), '2024-10-27 03:30:00.250 +02:00');
  assert.equal(rfc3339('UTC', at('2024-10-27T01:30:00Z')), '2024-10-27T01:30:00Z');
  assert.equal(rfc3339('America/New_York', at('2024-07-01T12:00:00Z')), '2024-07-01T08:00:00-04:00');
});

test('an unknown zone is known as such', () => {
  assert.equal(zoneExists('Europe/Kyiv'), true);
  assert.equal(zoneExists('Mars/Base'), false);
});
