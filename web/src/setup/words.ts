// Sizes and counts as words.

import { formatNumber, numberStyle, withUnit } from '../format';
import { currentLanguage, t } from '../i18n';
import type { DeviceState, HistoryState } from './state';
import { h } from '../dom';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

export function bytesText(bytes: number): string {
  let unit = 0;
  let size = bytes;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return withUnit(formatNumber(unit < 2 ? Math.round(size) : Math.round(size * 1000) / 1000, undefined, numberStyle(currentLanguage())), UNITS[unit]);
}

export const countText = (n: number | undefined): string => (n === undefined ? '—' : formatNumber(n, 0, numberStyle(currentLanguage())));

/** The state of a device: a shape with its word, coloured only where something is wrong. */
export function deviceBadge(state: DeviceState['state']): HTMLElement {
  return h('span', { class: `state state-${state}` }, t(`device.${state}`));
}

export function historyBadge(status: HistoryState['status']): HTMLElement {
  return h('span', { class: `state state-${status === 'ok' ? 'up' : 'down'}` }, t(`history.${status}`));
}
