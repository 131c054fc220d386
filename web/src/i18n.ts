// The three languages. A text is a whole sentence with {names} in it, never put together from
// pieces; one that counts has a form for each plural category of its language.

import { formatNumber, numberStyle } from './format';
import en from '../lang/en.json';

export type Key = keyof typeof en;
export type Text = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Texts = Record<string, Text>;

export const LANGUAGES = ['en', 'zh', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', zh: '中文', ru: 'Русский' };

let language: Language = 'en';
let texts: Texts = en;
let rules = new Intl.PluralRules('en');

/** The language to use: the chosen one, else the browser's first that we have. */
export function chooseLanguage(chosen: string, offered: readonly string[]): Language {
  for (const wish of [chosen, ...offered]) {
    const hit = LANGUAGES.find((l) => wish.toLowerCase().split('-')[0] === l);
    if (hit) return hit;
  }
  return 'en';
}

export function useTexts(next: Language, table: Texts): void {
  language = next;
  texts = table;
  rules = new Intl.PluralRules(next);
}

export async function loadLanguage(next: Language): Promise<void> {
  if (next === 'zh') useTexts(next, (await import('../lang/zh.json')).default as Texts);
  else if (next === 'ru') useTexts(next, (await import('../lang/ru.json')).default as Texts);
  else useTexts('en', en);
}

export function currentLanguage(): Language {
  return language;
}

/** The text of a key. `n` among the values chooses the plural form. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const entry: Text = texts[key] ?? en[key] ?? key;
  const form = typeof entry === 'string'
    ? entry
    : entry[rules.select(Number(values.n ?? 0))] ?? entry.other ?? key;
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole;
    return typeof value === 'number' ? formatNumber(value, undefined, numberStyle(language)) : value;
  });
}
