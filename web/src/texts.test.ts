import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import en from '../lang/en.json';
import more from '../lang/more/en.json';
import setup from '../lang/setup/en.json';

declare const WEB_ROOT: string;

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(join(folder, entry.name))
      : entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [readFileSync(join(folder, entry.name), 'utf8')] : []);
}

test('no text is left over: each key is used, alone or through its family', () => {
  const code = sources(join(WEB_ROOT, 'src')).join('\n');
  for (const key of [...Object.keys(en), ...Object.keys(more), ...Object.keys(setup)]) {
    const family = `\`${key.slice(0, key.indexOf('.') + 1)}\${`;
    const used = code.includes(`'${key}'`) || code.includes(family) || (key.endsWith('.short') && code.includes(`'${key.slice(0, -6)}'`));
    assert.ok(used, key);
  }
});
