import { test } from 'node:test';
import assert from 'node:assert/strict';
import { chooseLanguage, t, useTexts, type Text, type Texts } from './i18n';
import en from '../lang/en.json';
import zh from '../lang/zh.json';
import ru from '../lang/ru.json';
import moreEn from '../lang/more/en.json';
import moreZh from '../lang/more/zh.json';
import moreRu from '../lang/more/ru.json';
import setupEn from '../lang/setup/en.json';
import setupZh from '../lang/setup/zh.json';
import setupRu from '../lang/setup/ru.json';

const tables: Record<string, Texts> = {
  en: { ...en, ...moreEn, ...setupEn }, zh: { ...zh, ...moreZh, ...setupZh }, ru: { ...ru, ...moreRu, ...setupRu },
};
const forms = (text: Text): [string, string][] => (typeof text === 'string' ? [['', text]] : Object.entries(text));
const places = (text: string): string => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort().join(' ');

test('the languages have the same keys, with the same places in them', () => {
  for (const [language, table] of Object.entries(tables)) {
    assert.deepEqual(Object.keys(table), Object.keys(tables.en), language);
    for (const [key, text] of Object.entries(table)) {
      const wanted = places(forms(tables.en[key])[0][1]);
      for (const [, form] of forms(text)) assert.equal(places(form), wanted, `${language} ${key}`);
    }
  }
});

test('no text is in two files', () => {
  for (const key of Object.keys(moreEn)) assert.ok(!(key in en), key);
  for (const key of Object.keys(setupEn)) assert.ok(!(key in en) && !(key in moreEn), key);
});

test('a text that counts has a form for each plural category of its language', () => {
  for (const [language, table] of Object.entries(tables)) {
    const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, text] of Object.entries(table)) {
      if (typeof text !== 'string') for (const category of wanted) assert.ok(text[category], `${language} ${key} ${category}`);
    }
  }
});

test('plural rules', () => {
  useTexts('ru', tables.ru);
  assert.deepEqual([1, 2, 5, 11, 21, 22, 25].map((n) => t('points.count', { n })),
    ['1 точка', '2 точки', '5 точек', '11 точек', '21 точка', '22 точки', '25 точек']);
  useTexts('zh', tables.zh);
  assert.equal(t('points.count', { n: 1 }), '1 个点');
  useTexts('ru', tables.ru);
  assert.equal(t('points.count', { n: 100_045 }), '100\u202f045 точек');
  useTexts('en', tables.en);
  assert.deepEqual([0, 1, 2].map((n) => t('points.count', { n })), ['0 points', '1 point', '2 points']);
});

test('a language is chosen by wish, then by the browser', () => {
  assert.equal(chooseLanguage('', ['de-DE', 'ru-UA', 'en']), 'ru');
  assert.equal(chooseLanguage('zh', ['en']), 'zh');
  assert.equal(chooseLanguage('', ['de']), 'en');
});
