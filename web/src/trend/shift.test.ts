import { test } from 'node:test';
import assert from 'node:assert/strict';
import { parseShift, shifted, shiftText, unshifted } from './shift';

const KYIV = 'Europe/Kyiv';
const at = (text: string): number => Date.parse(text);

test('what can be compared, and its text', () => {
  for (const text of ['-1d', '-7d', '-1mo', '-1y', '-8h', '-2w']) {
    assert.equal(shiftText(parseShift(text, KYIV, 0, 5000)!, 5000), text);
  }
  const shift = parseShift('2024-11-01T00:00:00Z', KYIV, 0, at('2024-11-05T00:00:00Z'))!;
  assert.equal(shiftText(shift, at('2024-11-06T00:00:00Z')), '2024-11-02T00:00:00.000Z');
  for (const text of ['', '1d', '-0d', '-1', 'soon']) assert.equal(parseShift(text, KYIV, 0, 1), null);
});

test('the same wall time over a change of the clock', () => {
  const shift = parseShift('-1d', KYIV, 0, 0)!;
  // 27 October 2024 has 25 hours in Kyiv: noon of the 28th and noon of the 27th are 24 hours apart,
  // noon of the 27th and of the 26th 25.
  const noon = at('2024-10-27T10:00:00Z');
  assert.equal(shifted(shift, KYIV, noon), at('2024-10-26T09:00:00Z'));
  assert.equal(unshifted(shift, KYIV, at('2024-10-26T09:00:00Z')), noon);
  const month = parseShift('-1mo', KYIV, 0, 0)!;
  assert.equal(shifted(month, KYIV, at('2024-03-31T09:00:00Z')), at('2024-02-29T10:00:00Z'));
});
