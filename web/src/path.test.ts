import { test } from 'node:test';
import assert from 'node:assert/strict';
import { folded, globBelow, globEscape, joinPath, matchesWords, searchWords, splitPath } from './path';

test('names split at slashes, not at escaped ones', () => {
  assert.deepEqual(splitPath('Boiler 1/Steam/Pressure'), ['Boiler 1', 'Steam', 'Pressure']);
  assert.deepEqual(splitPath('A\\/B/c'), ['A/B', 'c']);
  assert.deepEqual(splitPath('one'), ['one']);
  assert.deepEqual(splitPath('a\\b'), ['a\\b']);
});

test('levels join back into the name they came from', () => {
  for (const levels of [['a'], ['A/B', 'c'], ['back\\slash', 'x'], ['*', '?', '[z']]) {
    assert.deepEqual(splitPath(joinPath(levels)), levels);
  }
});

test('a glob made from a name has no wild cards', () => {
  assert.equal(globEscape('P[1]*?'), 'P\\[1]\\*\\?');
  assert.equal(globEscape('A\\/B/c\\*d'), 'A\\/B/c\\*d'); // escaped in the name already
  assert.equal(globBelow('Boiler 1'), 'Boiler 1/**');
  assert.equal(globBelow(''), '*');
  assert.equal(globEscape('Boiler 1/Steam'), 'Boiler 1/Steam');
});

test('search takes words in any order and case', () => {
  const name = folded('Котёл 1/Пар/Давление');
  assert.ok(matchesWords(name, searchWords('давление котёл')));
  assert.ok(!matchesWords(name, searchWords('давление 2')));
  assert.ok(matchesWords(name, searchWords('')));
});
