import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { TagInfo } from '../api';
import { assignAxes, chooseDrawn, fitAxes, newPen, niceRange, niceStep, penColor, penDash } from './model';

const info = (unit: string, type: TagInfo['type'] = 'double'): TagInfo => ({ tag: 'x', id: 1, type, unit, history: 'main' });
const pens = () => ['bar', '°C', 'bar', '%', 'kg', 'm³/h'].map((unit, i) => newPen(`t${i}`, i + 1, info(unit)));

test('axes by unit and by pen; states get lanes instead', () => {
  const list = [...pens(), newPen('on', 7, info('', 'boolean'))];
  assert.deepEqual(assignAxes(list, 'unit').map((a) => a.pens.map((p) => p.number)), [[1, 3], [2], [4], [5], [6]]);
  assert.equal(assignAxes(list, 'pen').length, 6);
  assert.equal(assignAxes(list, 'shared').length, 1);
  assert.equal(assignAxes(list, 'shared')[0].unit, '');
  list[0].delta = true;
  assert.equal(assignAxes(list, 'shared').length, 2);
});

test('strips stand one under another and do not touch', () => {
  const strips = assignAxes(pens(), 'lanes');
  assert.equal(strips.length, 6);
  for (let i = 1; i < 6; i++) assert.ok(strips[i - 1].top + strips[i - 1].height < strips[i].top);
  assert.ok(strips[5].top + strips[5].height < 1);
});

test('the engineering range is a scale where a point has one', () => {
  const list = pens();
  Object.assign(list[0].info!, { min2: 0, max2: 16 });
  const axes = assignAxes(list, 'unit');
  axes[0].mode = axes[1].mode = 'engineering';
  list[0].data.time = list[1].data.time = [0];
  list[0].data.min = list[0].data.max = [500];
  list[1].data.min = list[1].data.max = [70];
  fitAxes(axes, 0, 1);
  assert.deepEqual([axes[0].min, axes[0].max], [0, 16]);
  assert.ok(axes[1].min < 70 && axes[1].max > 70);
});

test('four axes are drawn, the focused pen\'s among them', () => {
  const list = pens();
  const axes = assignAxes(list, 'unit');
  chooseDrawn(axes, list[5]);
  assert.deepEqual(axes.filter((a) => a.drawn).map((a) => a.unit), ['bar', '°C', '%', 'm³/h']);
  list[0].hidden = list[2].hidden = true;
  chooseDrawn(axes, list[1]);
  assert.equal(axes[0].drawn, false);
});

test('ranges are round, stay put, and leave no room below zero', () => {
  assert.deepEqual([0.11, 1, 1.5, 3, 70].map(niceStep), [0.2, 1, 2, 5, 100]);
  assert.deepEqual(niceRange(10.2, 19.7), [9, 20]);
  assert.deepEqual(niceRange(10.3, 19.6), [10, 20]);
  assert.deepEqual(niceRange(0, 8), [0, 9]);
  const [min, max] = niceRange(5, 5);
  assert.ok(min < 5 && max > 5);
  assert.ok(niceRange(0, 0)[1] > 0);
});

test('axes fit what is visible, unless fixed', () => {
  const list = pens();
  const axes = assignAxes(list, 'unit');
  list[0].data.time = [0, 10, 20];
  list[0].data.min = list[0].data.max = list[0].data.value = [1, 50, 2];
  fitAxes(axes, 15, 30);
  assert.ok(axes[0].max >= 50); // the value that holds at the left edge counts
  fitAxes(axes, 20, 30);
  assert.ok(axes[0].max < 3);
  axes[0].mode = 'fixed';
  fitAxes(axes, 0, 30);
  assert.ok(axes[0].max < 3);
});

test('pens repeat their colours with dashes', () => {
  assert.equal(penColor(9), 0);
  assert.deepEqual([1, 9, 17, 25].map(penDash), [[], [6, 3], [2, 3], [8, 3, 2, 3]]);
});
