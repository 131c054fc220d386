// The three languages. What every page and Trend show at once is in lang/, the texts of other pages
// and of dialogs in lang/more/, which loadMore brings. A text is a whole sentence with {names} in it, never put together from
// pieces; one that counts has a form for each plural category of its language.

import { formatNumber, numberStyle } from './format';
import en from '../lang/en.json';
import type moreEn from '../lang/more/en.json';

export type Key = keyof typeof en | keyof typeof moreEn;
export type Text = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Texts = Record<string, Text>;

export const LANGUAGES = ['en', 'zh', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', zh: '中文', ru: 'Русский' };

let language: Language = 'en';
let texts: Texts = en;
let more: Texts | null = null;
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
  if (more) {
    more = null;
    await loadMore();
  }
}

/** Brings the texts of lang/more/, once; pages and dialogs that need them wait for it. */
export async function loadMore(): Promise<void> {
  if (more) return;
  const [zh, ru] = [language === 'zh', language === 'ru'];
  const table = await (zh ? import('../lang/more/zh.json') : ru ? import('../lang/more/ru.json') : import('../lang/more/en.json'));
  more = table.default as Texts;
}

export function currentLanguage(): Language {
  return language;
}

/** The text of a key. `n` among the values chooses the plural form. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const entry: Text = texts[key] ?? more?.[key] ?? (en as Texts)[key] ?? key;
  const form = typeof entry === 'string'
    ? entry
    : entry[rules.select(Number(values.n ?? 0))] ?? entry.other ?? key;
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole;
    return typeof value === 'number' ? formatNumber(value, undefined, numberStyle(language)) : value;
  });
}
