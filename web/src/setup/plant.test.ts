import { test } from 'node:test';
import assert from 'node:assert/strict';
import { pathsOf, treeRows } from './plant';
import type { Row } from './schema';

const row = (ObjId: number, Parent: number, Name: string, Type = 0): Row => ({ ObjId, Parent, Name, Type });

test('paths are the names from the root down, with what would part them escaped', () => {
  const paths = pathsOf([row(3, 2, 'A/B', 1), row(1, 0, 'Boiler 1'), row(2, 1, 'Steam'), row(9, 77, 'lost')]);
  assert.deepEqual([...paths].sort((a, b) => a[0] - b[0]).map(([, path]) => path), ['Boiler 1', 'Boiler 1/Steam', 'Boiler 1/Steam/A\\/B', 'lost']);
});

test('a circle ends', () => {
  assert.equal(pathsOf([row(1, 2, 'a'), row(2, 1, 'b')]).size, 2);
});

test('rows in the order of the tree, branches first, with how they are recorded', () => {
  const rows = treeRows([row(4, 1, 'p10', 1), row(1, 0, 'B'), row(3, 1, 'p9', 1), row(2, 1, 'z'), row(5, 0, 'A', 1)], [{ ObjId: 3, Mode: 'raw' }]);
  assert.deepEqual(rows.map((r) => [r.id, r.depth, r.option?.Mode]), [
    [1, 0, undefined], [2, 1, undefined], [3, 1, 'raw'], [4, 1, undefined], [5, 0, undefined]]);
});
