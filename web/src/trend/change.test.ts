import { test } from 'node:test';
import assert from 'node:assert/strict';
import { parseTrend } from '../address';
import { rectangleScales, toggleTag } from './change';
import { assignAxes, newPen } from './model';

test('a pen that goes takes its own with it, and the others keep theirs', () => {
  const state = parseTrend('?tag=a&tag=b&tag=c&hide=3&focus=3&delta=2,3&states=1&y=1:0:5', 'UTC', 1e12);
  const less = toggleTag(state, 'b');
  assert.deepEqual([less.tags, less.hidden, less.focus, less.delta, less.states, less.fixed], [['a', 'c'], [1], 1, [1], [0], []]);
  const more = toggleTag(less, 'd');
  assert.deepEqual([more.tags, more.focus, more.delta], [['a', 'c', 'd'], 2, [1]]);
  assert.equal(toggleTag(toggleTag(parseTrend('?tag=a', 'UTC', 1e12), 'a'), 'b').focus, 0);
});

test('a rectangle is about all axes, in strips about one', () => {
  const pens = ['a', 'b'].map((name, i) => newPen(name, i + 1, null));
  const valueAt = (_axis: unknown, part: number): number => 100 * (1 - part);
  assert.deepEqual(rectangleScales(assignAxes(pens, 'pen'), [], 0.25, 0.5, valueAt),
    [{ axis: 1, min: 50, max: 75 }, { axis: 2, min: 50, max: 75 }]);
  assert.deepEqual(rectangleScales(assignAxes(pens, 'lanes'), [{ axis: 1, min: 0, max: 1 }], 0.75, 0.85, valueAt),
    [{ axis: 1, min: 0, max: 1 }, { axis: 2, min: 15, max: 25 }]);
});
