// The three languages. What every page and Trend show at once is in lang/, the texts of other pages
// and of dialogs in lang/more/, which loadMore brings, and those of the pages for setting a plant up in
// lang/setup/. A text is a whole sentence with {names} in it, never put together from
// pieces; one that counts has a form for each plural category of its language.

import { formatNumber, numberStyle } from './format';
import en from '../lang/en.json';
import type moreEn from '../lang/more/en.json';
import type setupEn from '../lang/setup/en.json';

export type Key = keyof typeof en | keyof typeof moreEn | keyof typeof setupEn;
export type Text = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Texts = Record<string, Text>;

export const LANGUAGES = ['en', 'zh', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', zh: '中文', ru: 'Русский' };

let language: Language = 'en';
let texts: Texts = en;
let more: Texts | null = null;
let setup: Texts | null = null;
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
  const [hadMore, hadSetup] = [more, setup];
  more = setup = null;
  if (hadMore) await loadMore();
  if (hadSetup) await loadSetup();
}

/** Brings the texts of lang/more/, once; pages and dialogs that need them wait for it. */
export async function loadMore(): Promise<void> {
  if (more) return;
  const [zh, ru] = [language === 'zh', language === 'ru'];
  const table = await (zh ? import('../lang/more/zh.json') : ru ? import('../lang/more/ru.json') : import('../lang/more/en.json'));
  more = table.default as Texts;
}

/** Brings the texts of lang/setup/ too: those of the pages that a plant is set up with. */
export async function loadSetup(): Promise<void> {
  await loadMore();
  if (setup) return;
  const [zh, ru] = [language === 'zh', language === 'ru'];
  const table = await (zh ? import('../lang/setup/zh.json') : ru ? import('../lang/setup/ru.json') : import('../lang/setup/en.json'));
  setup = table.default as Texts;
}

/** Whether there is a text for a name that was put together while running. */
export function hasText(key: string): key is Key {
  return [texts, more, setup].some((table) => table !== null && key in table);
}

export function currentLanguage(): Language {
  return language;
}

/** The text of a key. `n` among the values chooses the plural form. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const entry: Text = texts[key] ?? more?.[key] ?? setup?.[key] ?? (en as Texts)[key] ?? key;
  const form = typeof entry === 'string'
    ? entry
    : entry[rules.select(Number(values.n ?? 0))] ?? entry.other ?? key;
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole;
    return typeof value === 'number' ? formatNumber(value, undefined, numberStyle(language)) : value;
  });
}
