// The pane beside the tree: one point with its value, times, quality and addresses, or a branch with
// its tally.

import { liveAddress, type TagInfo } from '../api';
import { trendHref, MAX_PENS, pointHref } from '../address';
import { h, setText } from '../dom';
import { icon } from '../icons';
import { t, type Key } from '../i18n';
import { copyWithToast } from '../notice';
import { globBelow, globEscape } from '../path';
import { ageText, conditionText, paintValue, qualityText } from '../show';
import { sparkline, type Sparkline } from '../sparkline';
import { liveValues, STREAM_ALL } from '../stream';
import { lineage, type TreeNode } from '../tree';
import { conditionOf, confirmedAt, tally, type Condition } from '../values';
import { fullText, MINUTE } from '../zone';
import { zone } from '../zones';

const SPARK_MS = 15 * MINUTE;

export interface Detail {
  element: HTMLElement;
  show(node: TreeNode | null): void;
  tick(now: number): void;
  dispose(): void;
}

function pointsBelow(node: TreeNode): TagInfo[] {
  const found: TagInfo[] = node.tag ? [node.tag] : [];
  for (const child of node.children) found.push(...pointsBelow(child));
  return found;
}

export function detailPane(): Detail {
  const element = h('aside', { class: 'detail', 'aria-label': t('points.detail') });
  let node: TreeNode | null = null;
  let live: ((now: number) => void) | null = null;
  let spark: Sparkline | null = null;

  const facts = (rows: [Key, HTMLElement | string][]): HTMLElement =>
    h('dl', { class: 'facts' }, rows.flatMap(([key, value]) => [h('dt', {}, t(key)), h('dd', {}, value)]));

  const crumbs = (of: TreeNode): HTMLElement => {
    const above = lineage(of).slice(0, -1);
    return h('nav', { class: 'crumbs', 'aria-label': t('points.path') },
      above.flatMap((n) => [h('a', { href: pointHref(n.path) }, n.name), h('span', { 'aria-hidden': 'true' }, '/')]));
  };

  const copyButton = (label: Key, text: () => string): HTMLElement =>
    h('button', { class: 'button framed icon-s', type: 'button', onclick: () => void copyWithToast(text()) },
      icon(label === 'action.copyName' ? 'copy' : 'link'), t(label));

  function showPoint(of: TreeNode, tag: TagInfo): void {
    const mark = h('span', { class: 'mark' });
    const value = h('span', { class: 'value' });
    const big = h('div', { 'data-base': 'big' }, mark, value, h('span', { class: 'unit' }, tag.unit));
    const note = h('p', { class: 'note' });
    const quality = h('span');
    const time = h('span');
    const received = h('span');
    const box = h('div', { class: 'sparkbox' });
    element.replaceChildren(
      crumbs(of),
      h('h1', {}, of.name), big, note, box,
      h('div', { class: 'actions' },
        h('a', { class: 'button primary icon-s', href: trendHref([tag.tag]) }, icon('trend'), t('action.trend')),
        copyButton('action.copyName', () => tag.tag),
        copyButton('action.copyApi', () => liveAddress(globEscape(tag.tag)))),
      facts([
        ['fact.quality', quality], ['fact.time', time], ['fact.received', received],
        ['fact.type', t(`type.${tag.type}`)],
        ['fact.period', tag.period_s ? t('fact.seconds', { n: tag.period_s }) : t('fact.onChange')],
        ['fact.history', tag.history], ['fact.id', String(tag.id)],
      ]));
    if (tag.type !== 'string' && tag.type !== 'datetime') {
      spark = sparkline(box, [tag.tag], SPARK_MS, { height: 72 });
      box.append(h('span', { class: 'muted caption' }, t('points.lastMinutes')));
    }
    live = (now) => {
      const v = liveValues.get(tag.tag);
      const condition = conditionOf(v, tag, now);
      paintValue(big, mark, value, condition, v, tag);
      setText(note, conditionText(condition, v, tag, now));
      note.className = `note q-${condition}`;
      setText(quality, v ? `${qualityText(v.quality)} (${v.quality})` : '—');
      setText(time, v ? fullText(zone(), v.time) : '—');
      setText(received, v ? t('age.ago', { age: ageText(now - confirmedAt(v, tag)) }) : '—');
    };
  }

  function showBranch(of: TreeNode): void {
    const points = pointsBelow(of);
    const conditions: Condition[] = ['good', 'uncertain', 'bad', 'stale', 'none'];
    const cells = conditions.map(() => h('span'));
    const drawable = points.filter((p) => p.type === 'double' || p.type === 'integer').slice(0, Math.min(8, MAX_PENS));
    const parts: (Node | false)[] = [
      crumbs(of),
      h('h1', {}, of.name || t('points.all')),
      h('p', { class: 'muted' }, t('points.count', { n: points.length })),
      h('div', { class: 'actions' },
        drawable.length > 0 && h('a', { class: 'button primary icon-s', href: trendHref(drawable.map((p) => p.tag)) },
          icon('trend'), t('points.trendFirst', { n: drawable.length })),
        of.path !== '' && copyButton('action.copyApi', () => liveAddress(globBelow(of.path)))),
      points.length <= STREAM_ALL && facts(conditions.map((condition, i) => [`condition.${condition}.name`, cells[i]])),
    ];
    element.replaceChildren(...parts.filter((part) => part !== false));
    live = (now) => {
      const sum = tally(points, liveValues, now);
      conditions.forEach((condition, i) => {
        setText(cells[i], String(sum[condition]));
        cells[i].className = sum[condition] > 0 ? `count-${condition}` : 'muted';
      });
    };
  }

  return {
    element,
    show(next) {
      if (next === node) return;
      node = next;
      spark?.dispose();
      spark = null;
      live = null;
      if (!node) element.replaceChildren();
      else if (node.tag) showPoint(node, node.tag);
      else showBranch(node);
    },
    tick(now) {
      live?.(now);
    },
    dispose() {
      spark?.dispose();
    },
  };
}
