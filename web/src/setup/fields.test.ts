import { test } from 'node:test';
import assert from 'node:assert/strict';
import { checkField, fieldText } from './fields';
import { keyOf, type Column, type Table } from './schema';

const NOW = Date.UTC(2024, 10, 5, 12);
const column = (part: Partial<Column>): Column => ({ name: 'C', type: 'int', doc: '', ...part });
const check = (part: Partial<Column>, text: string): unknown => {
  const found = checkField(column(part), text, 'Europe/Kyiv', NOW);
  return 'problem' in found ? found.problem.key : found.value;
};

test('whole numbers and their range', () => {
  assert.equal(check({}, ' 12 '), 12);
  assert.equal(check({}, '1.5'), 'form.whole');
  assert.equal(check({}, 'x'), 'form.number');
  assert.equal(check({ least: 0, most: 100 }, '101'), 'form.range');
  assert.equal(check({ least: 0, most: 100 }, '100'), 100);
});

test('numbers with either decimal sign', () => {
  assert.equal(check({ type: 'double' }, '1,5'), 1.5);
  assert.equal(check({ type: 'double' }, '−0.25'), -0.25);
  assert.equal(check({ type: 'double' }, 'Infinity'), 'form.number');
});

test('texts are counted in characters', () => {
  assert.equal(check({ type: 'text', width: 3 }, 'абв'), 'абв');
  assert.equal(check({ type: 'text', width: 2 }, '𝒳𝒴'), '𝒳𝒴');
  assert.equal(check({ type: 'text', width: 2 }, 'abc'), 'form.long');
});

test('an empty field is null, the default, or missing', () => {
  assert.equal(check({}, ''), null);
  assert.equal(check({ not_null: true }, ''), 'form.needed');
  assert.equal(check({ not_null: true, default: '0' }, ''), undefined);
  assert.equal(check({ default: '0' }, ''), null);
  assert.equal(check({ numbered: true, not_null: true }, ''), undefined);
});

test('instants are read and written in the zone on screen', () => {
  const time = Date.UTC(2024, 10, 5, 10, 30);
  assert.equal(check({ type: 'datetime' }, '2024-11-05 12:30'), time);
  assert.equal(check({ type: 'datetime' }, 'soon'), 'form.time');
  const text = fieldText(column({ type: 'datetime' }), time, 'Europe/Kyiv');
  assert.equal(check({ type: 'datetime' }, text), time);
});

test('the key of a row is its values, each escaped', () => {
  const table = { key: ['A', 'B'] } as Table;
  assert.equal(keyOf(table, { A: 2, B: 'x,/ y' }), '2,x%2C%2F%20y');
  assert.equal(keyOf({ key: ['A'] } as Table, { A: 'schema' }), '%73chema');
});
