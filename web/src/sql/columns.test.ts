import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { SqlAnswer } from './ask';
import { curves, drawable } from './columns';

const answer = (columns: [string, SqlAnswer['columns'][0]['type']][], rows: SqlAnswer['rows']): SqlAnswer =>
  ({ columns: columns.map(([name, type]) => ({ name, type })), rows, more: false, elapsed_ms: 1 });

test('a column named as a time with instants in it is the time', () => {
  const found = drawable(answer([['Tag', 'text'], ['Timestamp', 'integer'], ['DoubleVal', 'double']], [['a', 1730764800000, null], ['b', 1730764801000, 2]]));
  assert.deepEqual(found, { time: 1, unit: 1, values: [2] });
});

test('seconds are told from milliseconds', () => {
  assert.deepEqual(drawable(answer([['Tm', 'integer'], ['n', 'integer']], [[1730764800, 3]])), { time: 0, unit: 1000, values: [1] });
});

test('counts are no times, texts are not drawn', () => {
  assert.equal(drawable(answer([['Time1', 'integer'], ['n', 'integer']], [[30, 3]])), null);
  assert.equal(drawable(answer([['Timestamp', 'integer'], ['Tag', 'text']], [[1730764800000, 'a']])), null);
  assert.equal(drawable(answer([['Timestamp', 'integer']], [])), null);
});

test('rows in any order become curves in order of time', () => {
  const given = answer([['Tm', 'integer'], ['v', 'double'], ['on', 'boolean']], [[1730764802, 2, true], [1730764800, null, false], [null, 1, null]]);
  assert.deepEqual(curves(given, drawable(given)!), [[1730764800000, 1730764802000], [null, 2], [0, 1]]);
});
