import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { TagInfo } from './api';
import { areasOf, chosenPoints } from './areas';
import { buildTree } from './tree';

let id = 0;
const tag = (name: string, type: TagInfo['type'] = 'double'): TagInfo => ({ tag: name, id: ++id, type, unit: '', history: 'main' });
const plant = buildTree([
  'Process/Reactor/Pressure', 'Process/Reactor/Level', 'Process/Reactor/Feed/A', 'Process/Reactor/Feed/B',
  'Process/Stripper/Level', 'Power/Supply/Voltage', 'Weather/Temperature',
].map((name) => tag(name)));

test('big branches are opened, none that holds points of its own', () => {
  assert.deepEqual(areasOf(plant.root).map((node) => node.path),
    ['Power/Supply', 'Process/Reactor', 'Process/Stripper', 'Weather']);
});

test('there are never more areas than fit', () => {
  const names = [];
  for (let a = 0; a < 9; a++) for (let b = 0; b < 6; b++) names.push(tag(`A${a}/B${b}/x`));
  assert.equal(areasOf(buildTree(names).root).length, 9);
});

test('own points in the order of the plant file, then the branches below in turn', () => {
  const reactor = plant.byPath.get('Process/Reactor')!;
  assert.deepEqual(chosenPoints(reactor, 3).map((t) => t.tag),
    ['Process/Reactor/Pressure', 'Process/Reactor/Level', 'Process/Reactor/Feed/A']);
});

test('analogue points first, then counters, then states', () => {
  const mixed = buildTree([tag('P/on', 'boolean'), tag('P/starts', 'integer'), tag('P/flow')]);
  assert.deepEqual(chosenPoints(mixed.byPath.get('P')!, 6).map((t) => t.tag), ['P/flow', 'P/starts', 'P/on']);
});
