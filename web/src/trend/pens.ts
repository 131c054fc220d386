// The list of pens beside the plot: number and colour, value at the cursor (else the newest), its
// own time and quality, the extremes on screen; hide, focus, remove.

import { pointHref } from '../address';
import type { LiveValue, TagInfo } from '../api';
import { h, setClass, setText, svg } from '../dom';
import { MISSING, withUnit } from '../format';
import { icon } from '../icons';
import { t } from '../i18n';
import { splitPath } from '../path';
import { qualityClass } from '../quality';
import { conditionText, durationWords, mark, qualityText, sampleText, shortTime } from '../show';
import { conditionOf, type Condition } from '../values';
import { fullText } from '../zone';
import { zone } from '../zones';
import { readingAt, stateAt, type Reading } from './cursor';
import { extent, indexAt } from './data';
import { isLane, penColor, penDash, penType, type Pen } from './model';

export interface PenActions {
  focus(pen: Pen): void;
  hide(pen: Pen): void;
  remove(pen: Pen): void;
}

interface PenView {
  pen: Pen;
  element: HTMLElement;
  hide: HTMLButtonElement;
  mark: HTMLElement;
  value: HTMLElement;
  note: HTMLElement;
  ghosts: HTMLElement;
  range: HTMLElement;
}

export interface CursorState {
  at: number | null;
  interpolate: boolean;
}

/** A stored value as its tag writes it: a Boolean in words, a text as it is. */
export function readingText(reading: Reading, pen: Pen): string {
  if (Number.isNaN(reading.value)) return MISSING;
  const type = penType(pen);
  if (reading.text !== null) return reading.text;
  if (type === 'boolean' && !pen.delta) {
    if (reading.min !== reading.max) return `${t('value.off')}/${t('value.on')}`;
    return sampleText(reading.min === 1, pen.info);
  }
  return withUnit(sampleText(reading.value, pen.info), pen.info?.unit);
}

function swatch(number: number): SVGElement {
  return svg('svg', { class: `swatch pen-${penColor(number) + 1}`, viewBox: '0 0 24 4', width: 24, height: 4, 'aria-hidden': 'true' },
    svg('line', { x1: 0, y1: 2, x2: 24, y2: 2, 'stroke-dasharray': penDash(number).join(' ') }));
}

export class PenList {
  readonly element = h('ol', { class: 'pens', 'aria-label': t('trend.pens') });
  private views: PenView[] = [];

  constructor(private readonly actions: PenActions) {}

  /** Makes the list anew, for another set of pens. */
  setPens(pens: Pen[]): void {
    this.views = pens.map((pen) => this.create(pen));
    this.element.replaceChildren(...this.views.map((view) => view.element));
  }

  private create(pen: Pen): PenView {
    const levels = splitPath(pen.tag);
    const last = levels.pop()!;
    const box = { mark: h('span', { class: 'mark' }), value: h('span', { class: 'value' }), note: h('div', { class: 'pen-note' }), ghosts: h('div', { class: 'pen-note' }), range: h('div', { class: 'pen-range' }) };
    const hide = h('button', { class: 'button square icon-s', type: 'button', onclick: (event: Event) => {
      event.stopPropagation();
      this.actions.hide(pen);
    } });
    const remove = h('button', { class: 'button square icon-s', type: 'button', title: t('trend.removePen'), 'aria-label': `${t('trend.removePen')}: ${pen.tag}`, onclick: (event: Event) => {
      event.stopPropagation();
      this.actions.remove(pen);
    } }, icon('close'));
    const title = h('span', { class: 'pen-last' }, pen.delta ? t('trend.deltaOf', { tag: last }) : last);
    const element = h('li', { class: 'pen', title: pen.tag, onclick: () => this.actions.focus(pen) },
      h('div', { class: 'pen-key' }, h('span', { class: `pen-number pen-${penColor(pen.number) + 1}` }, pen.number), swatch(pen.number)),
      h('div', { class: 'pen-main' },
        h('button', { class: 'pen-name', type: 'button', 'aria-label': t('trend.focusPen', { tag: pen.tag }) },
          h('span', { class: 'pen-path' }, levels.length > 0 ? `${levels.join(' / ')} /` : ''), title),
        h('div', { class: 'pen-value' }, box.mark, box.value),
        box.note, box.ghosts, box.range),
      pen.difference ? null : h('div', { class: 'pen-actions' }, hide, h('a', { class: 'button square icon-s', href: pointHref(pen.tag), title: t('action.point'), 'aria-label': `${t('action.point')}: ${pen.tag}`, onclick: (event: Event) => event.stopPropagation() }, icon('points')), remove));
    return { pen, element, hide, ...box };
  }

  /** Writes what changes: focus, hiding, values. */
  update(focus: Pen | undefined, cursor: CursorState, range: [number, number], now: number, live: Map<string, LiveValue>): void {
    for (const view of this.views) {
      const { pen } = view;
      setClass(view.element, `pen${pen === focus ? ' focused' : ''}${pen.hidden ? ' off' : ''}`);
      const label = t(pen.hidden ? 'trend.showPen' : 'trend.hidePen');
      if (view.hide.title !== label) {
        view.hide.replaceChildren(icon(pen.hidden ? 'hidden' : 'eye'));
        view.hide.title = label;
        view.hide.setAttribute('aria-label', `${label}: ${pen.tag}`);
        view.hide.setAttribute('aria-pressed', String(!pen.hidden));
      }
      if (pen.error) this.writeError(view);
      else if (cursor.at === null && !pen.difference && !pen.delta) this.writeLive(view, live.get(pen.tag), pen.info, now);
      else this.writeCursor(view, { ...cursor, at: cursor.at ?? range[1] }, now);
      setText(view.ghosts, cursor.at === null ? '' : this.ghostTexts(pen, cursor.at).join('\n'));
      this.writeRange(view, range);
    }
  }

  private writeError(view: PenView): void {
    setClass(view.value.parentElement!, 'pen-value q-bad');
    setText(view.mark, '✕');
    setText(view.value, '');
    setText(view.note, t('trend.penFailed', { message: view.pen.error!.message, code: view.pen.error!.code }));
  }

  private writeValue(view: PenView, condition: Condition, text: string): void {
    setClass(view.value.parentElement!, `pen-value q-${condition}${text === MISSING ? ' missing' : ''}`);
    setText(view.mark, mark(condition));
    setText(view.value, text);
  }

  private writeLive(view: PenView, value: LiveValue | undefined, info: TagInfo | null, now: number): void {
    const condition: Condition = conditionOf(value, info, now);
    this.writeValue(view, condition, value ? withUnit(sampleText(value.value, info), info?.unit) : MISSING);
    const why = conditionText(condition, value, info, now);
    setText(view.note, value ? `${shortTime(value.time, now)}${why ? ` · ${why}` : ''}` : why);
  }

  private writeCursor(view: PenView, cursor: CursorState, now: number): void {
    const { pen } = view;
    const reading = readingAt(pen, cursor.at!, cursor.interpolate);
    if (!reading) {
      this.writeValue(view, 'none', MISSING);
      setText(view.note, t('trend.noSample'));
      return;
    }
    const bad = Number.isNaN(reading.value);
    const condition: Condition = bad ? 'bad' : reading.held ? 'stale' : qualityClass(reading.quality);
    this.writeValue(view, condition, readingText(reading, pen));
    const parts = [shortTime(reading.time, now)];
    if (reading.bucket && !bad && !isLane(pen) && reading.min !== reading.max) {
      parts.push(`${sampleText(reading.min, pen.info)} … ${sampleText(reading.max, pen.info)}`);
    }
    if (isLane(pen) && !bad && !reading.held) {
      const { start, end, atLeast } = stateAt(pen.data, cursor.at!, now)!;
      parts[0] = t(atLeast ? 'trend.lastsAtLeast' : 'trend.lasts', { time: shortTime(start, now), length: durationWords(end - start) });
    }
    if (reading.interpolated) parts.push(t('trend.interpolated'));
    if (reading.held) parts.push(t('trend.gap'));
    else if (reading.quality < 192) parts.push(reading.bucket ? t('trend.partBad') : qualityText(reading.quality));
    setText(view.note, parts.join(' · '));
  }

  /** What the compared periods read at the cursor, with their true times. */
  private ghostTexts(pen: Pen, at: number): string[] {
    return pen.ghosts.map((ghost) => {
      const reading = readingAt(pen, at, false, ghost.data);
      const time = reading ? ghost.trueTime[indexAt(ghost.data.time, at)] : 0;
      const value = reading && !reading.held ? withUnit(sampleText(reading.value, pen.info), pen.info?.unit) : MISSING;
      return t('trend.compared', { period: ghost.label, value, time: reading ? fullText(zone(), time) : MISSING });
    });
  }

  private writeRange(view: PenView, [from, to]: [number, number]): void {
    const { pen } = view;
    const found = pen.hidden || isLane(pen) || pen.error ? null : extent(pen.data, from, to);
    setText(view.range, found ? t('trend.range', { min: sampleText(found[0], pen.info), max: sampleText(found[1], pen.info) }) : '');
  }
}
