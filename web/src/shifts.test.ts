import { test } from 'node:test';
import assert from 'node:assert/strict';
import { parseShifts, shiftStarts } from './shifts';

test('when shifts begin', () => {
  assert.deepEqual(parseShifts('22:00, 6:00 14:00'), [360, 840, 1320]);
  for (const text of ['', '24:00', '6', '06:00 noon']) assert.equal(parseShifts(text), null);
});

test('the present shift and the next, over a change of the clock', () => {
  const now = Date.parse('2024-10-27T04:30:00Z'); // 06:30 in Kyiv, whose clocks went back at 04:00
  const starts = shiftStarts('Europe/Kyiv', now, '06:00 14:00 22:00');
  const iso = starts.slice(-3).map((time) => new Date(time).toISOString());
  // The night shift of that day has nine hours.
  assert.deepEqual(iso, ['2024-10-26T19:00:00.000Z', '2024-10-27T04:00:00.000Z', '2024-10-27T12:00:00.000Z']);
});
