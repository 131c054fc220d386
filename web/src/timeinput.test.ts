import { test } from 'node:test';
import assert from 'node:assert/strict';
import { durationText, parseDuration, parseTime } from './timeinput';
import { DAY, HOUR, MINUTE } from './zone';

const now = Date.parse('2024-11-05T12:00:00Z');
const time = (text: string, zone = 'Europe/Kyiv') => parseTime(text, zone, now);
const iso = (text: string, zone?: string): string => {
  const r = time(text, zone);
  assert.equal(r.kind, 'time', text);
  return r.kind === 'time' ? new Date(r.time).toISOString() : '';
};

test('relative times', () => {
  assert.equal(iso('now'), '2024-11-05T12:00:00.000Z');
  assert.equal(iso('now-2h'), '2024-11-05T10:00:00.000Z');
  assert.equal(iso('-90m'), '2024-11-05T10:30:00.000Z');
  assert.equal(iso('now-1mo'), '2024-10-05T11:00:00.000Z'); // the same wall time, summer time then
});

test('absolute times, with and without an offset', () => {
  assert.equal(iso('2024-11-05T10:00:00+02:00'), '2024-11-05T08:00:00.000Z');
  assert.equal(iso('2024-11-05 10:00:00 −05:00'), '2024-11-05T15:00:00.000Z');
  assert.equal(iso('2024-11-05'), '2024-11-04T22:00:00.000Z');
  assert.equal(iso('2024-11-05 14:30'), '2024-11-05T12:30:00.000Z');
  assert.equal(iso('2024-11-05 14:30:01.5', 'UTC'), '2024-11-05T14:30:01.500Z');
  assert.equal(iso('1730764800'), '2024-11-05T00:00:00.000Z');
  assert.equal(iso('1730764800000'), '2024-11-05T00:00:00.000Z');
});

test('what does not exist is refused, what exists twice is asked about', () => {
  assert.equal(time('2024-03-31 03:30').kind, 'gap');
  assert.equal(time('2024-10-27 03:30').kind, 'two');
  for (const text of ['', 'yesterday-ish', '2024-02-30', '2024-11-05 25:00', 'now-2x', '12']) {
    assert.equal(time(text).kind, 'wrong', text);
  }
});

test('durations both ways', () => {
  assert.equal(parseDuration('1h30m'), 90 * MINUTE);
  assert.equal(parseDuration('500ms'), 500);
  assert.equal(parseDuration('1q'), null);
  for (const ms of [1, 1500, 90 * MINUTE, HOUR, 7 * DAY, 365 * DAY]) assert.equal(parseDuration(durationText(ms)), ms);
});
