// What the person at this screen chose: theme, language, zone. Kept in the browser; each change is
// announced to whoever subscribed.

export type Theme = 'auto' | 'light' | 'dark';
export type ZoneMode = 'plant' | 'utc' | 'browser';

export interface Settings {
  theme: Theme;
  language: string; // '' is the browser's own
  zone: ZoneMode;
  railOpen: boolean;
  shifts: string; // when working shifts begin
}

const KEY = 'varve';
const DEFAULTS: Settings = { theme: 'auto', language: '', zone: 'plant', railOpen: false, shifts: '08:00 20:00' };

function load(): Settings {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>) };
  } catch {
    return { ...DEFAULTS };
  }
}

let current = load();
const listeners = new Set<() => void>();

export function settings(): Readonly<Settings> {
  return current;
}

export function changeSettings(change: Partial<Settings>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

/** Returns the function that ends the subscription. */
export function onSettings(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
