import { test } from 'node:test';
import assert from 'node:assert/strict';
import { pickStep, ticks, tickLabels, type Step } from './ticks';
import { DAY, HOUR, MINUTE, offsetText, offsetAt, clockText } from './zone';

const at = (text: string): number => Date.parse(text);
const hour: Step = { unit: 'ms', size: HOUR };
const clocks = (zone: string, times: number[]): string[] => times.map((t) => clockText(zone, t).slice(0, 5));

test('the step follows the width', () => {
  assert.deepEqual(pickStep(HOUR, 800, 80), { unit: 'ms', size: 10 * MINUTE });
  assert.deepEqual(pickStep(DAY, 800, 80), { unit: 'ms', size: 3 * HOUR });
  assert.deepEqual(pickStep(7 * DAY, 800, 80), { unit: 'day', size: 1 });
  assert.deepEqual(pickStep(365 * DAY, 800, 60), { unit: 'month', size: 1 });
  assert.deepEqual(pickStep(50 * 365 * DAY, 800, 80), { unit: 'year', size: 5 });
  assert.deepEqual(pickStep(10, 800, 80), { unit: 'ms', size: 1 });
});

test('Kyiv, 25 hours: 03:00 stands twice and no hour is lost', () => {
  const found = ticks('Europe/Kyiv', at('2024-10-26T21:00:00Z'), at('2024-10-27T22:00:00Z'), hour);
  assert.equal(found.length, 26);
  assert.deepEqual(clocks('Europe/Kyiv', found).slice(2, 6), ['02:00', '03:00', '03:00', '04:00']);
  assert.ok(found.every((t, i) => i === 0 || t - found[i - 1] === HOUR));
  assert.equal(tickLabels('Europe/Kyiv', found, hour)[4], '03:00\n+02:00');
});

test('Kyiv, 23 hours: 03:00 does not exist', () => {
  const found = ticks('Europe/Kyiv', at('2024-03-30T22:00:00Z'), at('2024-03-31T21:00:00Z'), hour);
  assert.equal(found.length, 24);
  assert.deepEqual(clocks('Europe/Kyiv', found).slice(1, 5), ['01:00', '02:00', '04:00', '05:00']);
});

test('six-hour ticks stay on the wall clock on both sides of a change', () => {
  const found = ticks('Europe/Kyiv', at('2024-10-26T21:00:00Z'), at('2024-10-27T22:00:00Z'), { unit: 'ms', size: 6 * HOUR });
  assert.deepEqual(clocks('Europe/Kyiv', found), ['00:00', '06:00', '12:00', '18:00', '00:00']);
  assert.deepEqual(found.map((t) => offsetText(offsetAt('Europe/Kyiv', t))), ['+03:00', '+02:00', '+02:00', '+02:00', '+02:00']);
});

test('zones off the hour', () => {
  const kolkata = ticks('Asia/Kolkata', at('2024-11-05T00:00:00Z'), at('2024-11-05T03:00:00Z'), hour);
  assert.deepEqual(clocks('Asia/Kolkata', kolkata), ['06:00', '07:00', '08:00']);
  const howe = ticks('Australia/Lord_Howe', at('2024-04-06T12:00:00Z'), at('2024-04-06T18:00:00Z'), hour);
  assert.deepEqual(clocks('Australia/Lord_Howe', howe), ['23:00', '00:00', '01:00', '02:00', '03:00', '04:00']);
  assert.equal((howe[3] - howe[2]) / MINUTE, 90); // the half hour from 01:30 runs twice
});

test('days begin at midnight across a change, in each zone', () => {
  for (const zone of ['Europe/Kyiv', 'UTC', 'Asia/Kolkata', 'Australia/Lord_Howe']) {
    const found = ticks(zone, at('2024-03-25T00:00:00Z'), at('2024-04-10T00:00:00Z'), { unit: 'day', size: 1 });
    assert.ok(found.length >= 15);
    assert.ok(clocks(zone, found).every((text) => text === '00:00'), zone);
  }
});

test('months, weeks and years', () => {
  const months = ticks('Europe/Kyiv', at('2024-01-15T00:00:00Z'), at('2024-12-15T00:00:00Z'), { unit: 'month', size: 3 });
  assert.deepEqual(tickLabels('Europe/Kyiv', months, { unit: 'month', size: 3 }), ['2024-04', '2024-07', '2024-10']);
  const weeks = ticks('UTC', at('2024-11-01T00:00:00Z'), at('2024-11-30T00:00:00Z'), { unit: 'day', size: 7 });
  assert.deepEqual(weeks.map((t) => new Date(t).getUTCDay()), [1, 1, 1, 1]);
  const years = ticks('UTC', at('1990-01-02T00:00:00Z'), at('2024-01-01T00:00:00Z'), { unit: 'year', size: 10 });
  assert.deepEqual(tickLabels('UTC', years, { unit: 'year', size: 10 }), ['2000', '2010', '2020']);
});

test('the day is named where it changes', () => {
  const found = ticks('UTC', at('2024-11-05T22:00:00Z'), at('2024-11-06T01:00:00Z'), hour);
  assert.deepEqual(tickLabels('UTC', found, hour), ['22:00\n2024-11-05', '23:00', '00:00\n2024-11-06', '01:00']);
});
