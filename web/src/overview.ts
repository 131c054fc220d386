// Overview: how the plant is, in one look. Tiles with the tally of conditions, the points that are
// not good, and a card for each area with its first points and their last minutes.

import type { TagInfo } from './api';
import { pointHref, trendHref } from './address';
import { areasOf, chosenPoints, pointsOf } from './areas';
import { h, oncePerFrame, setClass, setText } from './dom';
import { icon } from './icons';
import { currentLanguage, t, type Key } from './i18n';
import { formatNumber, numberStyle } from './format';
import { emptyNotice, errorNotice } from './notice';
import type { Page } from './router';
import { conditionText, paintValue, shortTime } from './show';
import { sparkline, type Sparkline } from './sparkline';
import { ALL, liveValues, onLink, serverNow, subscribe } from './stream';
import { loadTags, noticeTags, onTags, tags, tagsFailure, tagsLoaded } from './tags';
import { lineage } from './tree';
import { conditionOf, type Condition, type Tally } from './values';
import { MINUTE } from './zone';
import { onZone } from './zones';

const TICK_MS = 1000;
const CARD_POINTS = 6;
const SPARK_MS = 15 * MINUTE;
const MOST_CARDS = 24;
const MOST_ATTENTION = 100;
const TILES: Condition[] = ['good', 'uncertain', 'bad', 'stale', 'none'];
const WORST: Condition[] = ['bad', 'stale', 'uncertain'];

const countText = (n: number): string => formatNumber(n, 0, numberStyle(currentLanguage()));

interface CardRow {
  tag: TagInfo;
  paint(now: number): void;
}

export function mount(main: HTMLElement): Page {
  const offs: (() => void)[] = [];
  let spark: Sparkline | null = null;
  let rows: CardRow[] = [];
  let areaTallies: { points: TagInfo[]; write: (sum: Tally) => void }[] = [];

  const tileValues = new Map(TILES.map((condition) => [condition, h('span', { class: 'tile-n' }, '—')]));
  const total = h('span', { class: 'tile-n' }, '—');
  const tiles = h('div', { class: 'tiles' },
    h('a', { class: 'tile panel', href: '/points' }, total, h('span', { class: 'muted' }, t('overview.points'))),
    TILES.map((condition) => h('a', { class: 'tile panel', href: condition === 'good' || condition === 'none' ? '/points' : '/points?show=abnormal', 'data-condition': condition },
      tileValues.get(condition), h('span', { class: 'muted' }, t(`condition.${condition}.name` as Key)))));
  const attention = h('div', { class: 'attention-rows' });
  const attentionPanel = h('section', { class: 'attention panel', 'aria-label': t('overview.attention') },
    h('h2', {}, t('overview.attention')), attention);
  const cards = h('div', { class: 'cards' });
  const body = h('div', { class: 'overview-body' }, cards, attentionPanel);
  const notice = h('div');
  main.append(h('h1', { class: 'offscreen' }, t('nav.overview')), tiles, notice, body);

  function pointRow(tag: TagInfo, name: string, sparks: boolean): { element: HTMLElement; row: CardRow; box: HTMLElement } {
    const mark = h('span', { class: 'mark' });
    const value = h('span', { class: 'value' });
    const cell = h('div', { 'data-base': 'card-value' }, mark, value, h('span', { class: 'unit' }, tag.unit));
    const box = h('div', { class: 'card-spark' });
    const element = h('div', { class: 'card-row' },
      h('a', { class: 'name', href: pointHref(tag.tag), title: tag.tag }, name),
      sparks && box, cell,
      h('a', { class: 'button square icon-s', href: trendHref([tag.tag]), title: t('action.trend'), 'aria-label': `${t('action.trend')}: ${tag.tag}` }, icon('trend')));
    const paint = (now: number): void => {
      const v = liveValues.get(tag.tag);
      paintValue(cell, mark, value, conditionOf(v, tag, now), v, tag);
    };
    return { element, row: { tag, paint }, box };
  }

  function build(): void {
    spark?.dispose();
    rows = [];
    areaTallies = [];
    const failure = tagsFailure();
    const none = tags().root.points === 0;
    body.hidden = none;
    notice.replaceChildren();
    if (none) {
      if (failure) notice.append(errorNotice(failure, () => void loadTags()));
      else if (tagsLoaded()) notice.append(emptyNotice(t('points.empty'), t('points.emptyText')));
      else notice.append(h('div', { class: 'notice' }, t('loading')));
      return;
    }
    const areas = areasOf(tags().root);
    const boxes = new Map<string, HTMLElement>();
    cards.replaceChildren(...areas.slice(0, MOST_CARDS).map((area) => {
      const points = chosenPoints(area, CARD_POINTS);
      const above = lineage(area).slice(0, -1).map((node) => node.name).join(' / ');
      const badge = h('span', { class: 'badge' });
      const drawable = points.filter((tag) => tag.type === 'double' || tag.type === 'integer');
      areaTallies.push({
        points: pointsOf(area),
        write: (sum) => {
          const worst = WORST.find((condition) => sum[condition] > 0);
          setText(badge, worst ? t(`overview.${worst as 'bad' | 'stale' | 'uncertain'}`, { n: sum[worst] }) : t('points.count', { n: area.points }));
          setClass(badge, `badge${worst ? ` count-${worst}` : ''}`);
        },
      });
      return h('section', { class: 'card panel' },
        h('header', {},
          h('h2', {}, above !== '' && h('span', { class: 'above' }, `${above} / `), h('a', { href: pointHref(area.path) }, area.name)), badge,
          drawable.length > 0 && h('a', { class: 'button icon-s', href: trendHref(drawable.map((tag) => tag.tag)) }, icon('trend'), t('action.trend'))),
        points.map((tag) => {
          const name = tag.tag.startsWith(`${area.path}/`) ? tag.tag.slice(area.path.length + 1).replace(/\//g, ' / ') : area.name;
          const { element, row, box } = pointRow(tag, name, true);
          rows.push(row);
          if (drawable.includes(tag)) boxes.set(tag.tag, box);
          return element;
        }));
    }));
    spark = sparkline(cards, [...boxes.keys()], SPARK_MS, { height: 24, place: (tag) => boxes.get(tag)! });
    tick();
  }

  function tick(): void {
    const now = serverNow();
    const sum: Tally = { none: 0, good: 0, uncertain: 0, bad: 0, stale: 0 };
    const wrong: { tag: TagInfo; condition: Condition }[] = [];
    for (const { node } of tags().points) {
      const condition = conditionOf(liveValues.get(node.path), node.tag, now);
      sum[condition]++;
      if (WORST.includes(condition)) wrong.push({ tag: node.tag!, condition });
    }
    setText(total, countText(tags().root.points));
    for (const condition of TILES) {
      setText(tileValues.get(condition)!, countText(sum[condition]));
      setClass(tileValues.get(condition)!, `tile-n${sum[condition] === 0 ? ' zero' : ` count-${condition}`}`);
    }
    for (const area of areaTallies) {
      const part: Tally = { none: 0, good: 0, uncertain: 0, bad: 0, stale: 0 };
      for (const tag of area.points) part[conditionOf(liveValues.get(tag.tag), tag, now)]++;
      area.write(part);
    }
    showAttention(wrong, now);
    repaint();
  }

  let attentionKey = '';
  function showAttention(wrong: { tag: TagInfo; condition: Condition }[], now: number): void {
    wrong.sort((a, b) => WORST.indexOf(a.condition) - WORST.indexOf(b.condition));
    const shown = wrong.slice(0, MOST_ATTENTION);
    const key = shown.map((w) => w.tag.tag + w.condition).join('\n');
    if (key !== attentionKey || shown.length === 0) {
      attentionKey = key;
      attention.replaceChildren(...(shown.length === 0
        ? [h('p', { class: 'muted pad' }, t('overview.allGood'))]
        : shown.map(({ tag, condition }) => h('a', { class: `attention-row q-${condition}`, href: pointHref(tag.tag) },
          h('span', { class: 'mark' }), h('span', { class: 'path' }, tag.tag), h('span', { class: 'why' })))));
    }
    shown.forEach(({ tag, condition }, i) => {
      const row = attention.children[i];
      const value = liveValues.get(tag.tag);
      setText(row.children[0], condition === 'bad' ? '✕' : condition === 'uncertain' ? '?' : '◷');
      setText(row.children[2], `${conditionText(condition, value, tag, now)}${value ? ` · ${shortTime(value.time, now)}` : ''}`);
    });
  }

  const repaint = oncePerFrame(() => {
    const now = serverNow();
    for (const row of rows) row.paint(now);
  });

  offs.push(onTags(build));
  offs.push(onLink(tick));
  offs.push(onZone(tick));
  offs.push(subscribe([ALL], (values) => {
    noticeTags(values.map((value) => value.tag));
    repaint();
  }));
  const timer = setInterval(tick, TICK_MS);
  build();
  if (!tagsLoaded()) void loadTags();

  return {
    dispose() {
      clearInterval(timer);
      spark?.dispose();
      offs.forEach((off) => off());
    },
  };
}
