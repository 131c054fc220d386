// Runs before the first paint, from the head: the theme that settings.ts keeps, so that a dark
// screen never flashes white. Everything else waits for main.ts.

let theme: unknown;
try {
  theme = (JSON.parse(localStorage.getItem('varve') ?? '{}') as { theme?: unknown }).theme;
} catch {
  theme = 'auto';
}
const dark = theme === 'dark' || (theme !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.dataset.theme = dark ? 'dark' : 'light';

export {};
