// Light or dark, set on the root element. head.ts does the same once before the first paint.

import { onSettings, settings } from './settings';

const dark = window.matchMedia('(prefers-color-scheme: dark)');

export function isDark(): boolean {
  const { theme } = settings();
  return theme === 'dark' || (theme === 'auto' && dark.matches);
}

export function applyTheme(): void {
  const next = isDark() ? 'dark' : 'light';
  if (document.documentElement.dataset.theme !== next) {
    document.documentElement.dataset.theme = next;
    document.dispatchEvent(new Event('themechange'));
  }
}

applyTheme();
onSettings(applyTheme);
dark.addEventListener('change', applyTheme);

export interface Palette {
  pens: string[];
  surface: string;
  text: string;
  text2: string;
  grid: string;
  border: string;
  critical: string;
  medium: string;
  stale: string;
  link: string;
  font: string;
}

/** The tokens as the canvas needs them. */
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    pens: Array.from({ length: 8 }, (_, i) => token(`pen-${i + 1}`)),
    surface: token('surface'),
    text: token('text'),
    text2: token('text-2'),
    grid: token('grid'),
    border: token('border'),
    critical: token('critical'),
    medium: token('medium'),
    stale: token('stale'),
    link: token('link'),
    font: token('font'),
  };
}
