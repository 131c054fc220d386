import { test } from 'node:test';
import assert from 'node:assert/strict';
import { csvCell, csvText, formatNumber, formatValue, MISSING, numberStyle, withUnit } from './format';

const en = numberStyle('en');
const ru = numberStyle('ru');

test('five significant digits without decimals of its own', () => {
  const cases: [number, string][] = [
    [0, '0'], [1.5, '1.5'], [3.14159265, '3.1416'], [123.456, '123.46'], [0.00123456, '0.0012346'],
    [12345.678, '12\u202f346'], [-2.5, '\u22122.5'], [1e13, '1e13'], [0.00001234, '1.234e-5'], [99999.5, '100\u202f000'],
    [1234567, '1\u202f234\u202f567'], [0.1 + 0.2, '0.3'], [1000, '1000'],
  ];
  for (const [value, text] of cases) assert.equal(formatNumber(value, undefined, en), text, String(value));
});

test("the tag's decimals are kept, and no minus before zero", () => {
  assert.equal(formatNumber(1.5, 2, en), '1.50');
  assert.equal(formatNumber(-0.001, 2, en), '0.00');
  assert.equal(formatNumber(12345.6, 1, ru), '12\u202f345,6');
});

test('missing is a dash, never 0', () => {
  assert.equal(formatValue(null, 2, en, ['on', 'off']), MISSING);
  assert.equal(formatNumber(NaN, 2, en), MISSING);
  assert.equal(withUnit(MISSING, 'bar'), MISSING);
  assert.equal(withUnit('1.5', 'bar'), '1.5\u202fbar');
  assert.equal(withUnit('1.5', ''), '1.5');
});

test('Booleans in words, text as it is', () => {
  assert.equal(formatValue(true, undefined, en, ['on', 'off']), 'on');
  assert.equal(formatValue('Run', undefined, en, ['on', 'off']), 'Run');
});

test('CSV has a point, quotes, offsets, and no formulas', () => {
  assert.equal(csvCell(1.5), '1.5');
  assert.equal(csvCell('=1+1'), "'=1+1");
  assert.equal(csvCell('a,"b"'), '"a,""b"""');
  assert.equal(csvCell(-5), '-5');
  assert.equal(csvText('Europe/Kyiv', ['time', 'value'], [[Date.parse('2024-10-27T01:30:00Z'), null]]),
    'time,value\r\n2024-10-27T03:30:00+02:00,\r\n');
});
