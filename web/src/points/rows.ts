// One row of the points' tree: its elements, and writing a node into them.

import { pointHref, trendHref } from '../address';
import { h, setClass, setText } from '../dom';
import { icon } from '../icons';
import { formatNumber, numberStyle } from '../format';
import { currentLanguage, t } from '../i18n';
import { conditionText, paintValue, shortTime } from '../show';
import { liveValues } from '../stream';
import type { TreeNode } from '../tree';
import { conditionOf } from '../values';
import type { RowView } from '../virtual';

const INDENT = 16;

export interface PointRow extends RowView {
  node: TreeNode | null;
  twist: HTMLButtonElement;
  name: HTMLAnchorElement;
  count: HTMLElement;
  cell: HTMLElement;
  mark: HTMLElement;
  value: HTMLElement;
  unit: HTMLElement;
  time: HTMLElement;
  note: HTMLElement;
  trend: HTMLAnchorElement;
}

export function createRow(height: number): PointRow {
  const twist = h('button', { class: 'twist', type: 'button', tabindex: '-1' }, icon('chevron'));
  const name = h('a', { class: 'name', tabindex: '-1' });
  const count = h('span', { class: 'count' });
  const mark = h('span', { class: 'mark' });
  const value = h('span', { class: 'value' });
  const cell = h('div', { role: 'gridcell', 'data-base': 'c-value' }, mark, value);
  const unit = h('div', { role: 'gridcell', class: 'c-unit' });
  const time = h('div', { role: 'gridcell', class: 'c-time' });
  const note = h('div', { role: 'gridcell', class: 'c-note' });
  const trend = h('a', { class: 'button square icon-s', tabindex: '-1', title: t('action.trend'), 'aria-label': t('action.trend') }, icon('trend'));
  const element = h('div', { class: 'prow', role: 'row' },
    h('div', { role: 'gridcell', class: 'c-name' }, twist, name, count), cell, unit, time, note,
    h('div', { role: 'gridcell', class: 'c-act' }, trend));
  element.style.height = `${height}px`;
  return { element, index: -1, node: null, twist, name, count, cell, mark, value, unit, time, note, trend };
}

export interface RowState {
  open: boolean;
  selected: boolean;
  flat: boolean; // the whole path instead of the last level, when searching
}

/** Everything of a row but its live part. */
export function writeRow(row: PointRow, node: TreeNode, state: RowState, position: number, total: number): void {
  row.node = node;
  const branch = node.children.length > 0 && !state.flat;
  const { element } = row;
  element.id = `row-${row.index}`;
  element.setAttribute('aria-level', String(state.flat ? 1 : node.depth + 1));
  element.setAttribute('aria-rowindex', String(position + 1));
  element.setAttribute('aria-selected', String(state.selected));
  element.title = total > 0 ? node.path : '';
  if (branch) element.setAttribute('aria-expanded', String(state.open));
  else element.removeAttribute('aria-expanded');
  setClass(element, `prow${branch ? ' branch' : ''}${state.selected ? ' selected' : ''}${state.open ? ' open' : ''}`);
  row.twist.style.marginLeft = `${state.flat ? 0 : node.depth * INDENT}px`;
  row.twist.style.visibility = branch ? 'visible' : 'hidden';
  row.twist.setAttribute('aria-label', branch ? t(state.open ? 'points.collapse' : 'points.expand') : '');
  setText(row.name, state.flat ? node.path : node.name);
  row.name.href = pointHref(node.path);
  setText(row.count, branch ? formatNumber(node.points, 0, numberStyle(currentLanguage())) : '');
  row.trend.hidden = node.tag === null;
  if (node.tag) row.trend.href = trendHref([node.tag.tag]);
}

/** The live part: value, mark, time, note. */
export function writeLive(row: PointRow, now: number): void {
  const tag = row.node?.tag ?? null;
  if (!tag) {
    setClass(row.cell, 'c-value');
    for (const cell of [row.mark, row.value, row.unit, row.time, row.note]) setText(cell, '');
    return;
  }
  const value = liveValues.get(tag.tag);
  const condition = conditionOf(value, tag, now);
  paintValue(row.cell, row.mark, row.value, condition, value, tag);
  setText(row.unit, tag.unit);
  setText(row.time, value ? shortTime(value.time, now) : '');
  setText(row.note, conditionText(condition, value, tag, now));
}
