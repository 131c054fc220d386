import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

declare const WEB_ROOT: string;

const css = readFileSync(join(WEB_ROOT, 'styles/tokens.css'), 'utf8');
const blocks = [...css.matchAll(/\{([^}]*)\}/g)].map((m) => m[1]);
const tokens = (block: string): Record<string, string> =>
  Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9A-Fa-f]{6})/g)].map((m) => [m[1], m[2]]));
const themes = { light: tokens(blocks[0]), dark: tokens(blocks[1]) };

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test('both themes define the same colours', () => {
  assert.deepEqual(Object.keys(themes.dark), Object.keys(themes.light));
  assert.equal(Object.keys(themes.light).length, 21);
});

test('the formula itself', () => {
  assert.equal(contrast('#000000', '#FFFFFF'), 21);
});

for (const [name, theme] of Object.entries(themes)) {
  test(`${name}: text and marks reach AA on every ground they stand on`, () => {
    for (const text of ['text', 'text-2', 'link', 'critical', 'high', 'medium', 'stale']) {
      for (const ground of ['page', 'surface', 'hover', 'chosen']) {
        const ratio = contrast(theme[text], theme[ground]);
        assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
  });

  test(`${name}: borders and pens reach 3:1, as graphics must`, () => {
    for (const line of ['border', ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `pen-${n}`)]) {
      const ratio = contrast(theme[line], theme.surface);
      assert.ok(ratio >= 3, `${line} on surface: ${ratio.toFixed(2)}`);
    }
  });

  test(`${name}: the banner's text on its ground`, () => {
    assert.ok(contrast(theme.surface, theme.critical) >= 4.5);
  });
}
