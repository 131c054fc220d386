import { test } from 'node:test';
import assert from 'node:assert/strict';
import { bytesText } from './words';
import { parseMetrics } from './state';

test('metrics by name and history', () => {
  const found = parseMetrics('# TYPE varve_store_parts gauge\nvarve_store_parts{history="a \\"b\\""} 3\nvarve_live_tags 12\n');
  assert.equal(found.get('store_parts a "b"'), 3);
  assert.equal(found.get('live_tags'), 12);
  assert.equal(found.size, 2);
});

test('bytes in their largest unit', () => {
  const text = (n: number): string => bytesText(n).replace(/\u202f/g, ' ');
  assert.deepEqual([0, 999, 1000, 1_536_000, 2_000_000_000].map(text), ['0 B', '999 B', '1 kB', '1.536 MB', '2 GB']);
});
