import { test } from 'node:test';
import assert from 'node:assert/strict';
import { buildTree, lineage, openRows } from './tree';
import type { TagInfo } from './api';

const tag = (name: string): TagInfo => ({ tag: name, id: 1, type: 'double', unit: '', history: 'main' });

test('branches and points', () => {
  const tree = buildTree(['B/2', 'B/10', 'A/x', 'B', 'A\\/C/y'].map(tag));
  assert.deepEqual(tree.root.children.map((n) => n.name), ['A', 'A/C', 'B']);
  const b = tree.byPath.get('B')!;
  assert.equal(b.points, 3);
  assert.equal(b.tag?.tag, 'B');
  assert.deepEqual(b.children.map((n) => n.name), ['2', '10']); // numbers in their order
  assert.equal(tree.byPath.get('A\\/C/y')?.parent?.name, 'A/C');
  assert.deepEqual(lineage(tree.byPath.get('B/10')!).map((n) => n.name), ['B', '10']);
});

test('rows follow what is open', () => {
  const tree = buildTree(['A/x', 'A/y', 'B/z'].map(tag));
  assert.deepEqual(openRows(tree.root, new Set()).map((n) => n.path), ['A', 'B']);
  assert.deepEqual(openRows(tree.root, new Set(['A'])).map((n) => n.path), ['A', 'A/x', 'A/y', 'B']);
});

test('100,000 points in reasonable time', () => {
  const names: TagInfo[] = [];
  for (let a = 0; a < 100; a++) for (let b = 0; b < 100; b++) for (let c = 0; c < 10; c++) names.push(tag(`Area ${a}/Unit ${b}/P${c}`));
  const start = Date.now();
  const tree = buildTree(names);
  assert.equal(tree.points.length, 100_000);
  assert.equal(openRows(tree.root, new Set(tree.byPath.keys())).length, 110_100);
  assert.ok(Date.now() - start < 8000, `${Date.now() - start} ms`);
});
