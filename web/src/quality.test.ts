import { test } from 'node:test';
import assert from 'node:assert/strict';
import { qualityClass, qualityKey, staleAfter } from './quality';
import en from '../lang/en.json';

test('the two top bits decide', () => {
  assert.equal(qualityClass(192), 'good');
  assert.equal(qualityClass(219), 'good');
  assert.equal(qualityClass(64), 'uncertain');
  assert.equal(qualityClass(91), 'uncertain');
  assert.equal(qualityClass(0), 'bad');
  assert.equal(qualityClass(24), 'bad');
  assert.equal(qualityClass(128), 'bad');
});

test('every quality has a text', () => {
  for (let quality = 0; quality < 256; quality++) assert.ok(qualityKey(quality) in en, `${quality}`);
});

test('stale after three periods, else five minutes', () => {
  assert.equal(staleAfter(2), 6000);
  assert.equal(staleAfter(undefined), 300_000);
});
