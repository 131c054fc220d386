// From and to: presets, and two typed times in the zone on screen. What does not exist is refused,
// what exists twice is asked about.

import { h } from '../dom';
import { t, type Key } from '../i18n';
import { settings } from '../settings';
import { durationText, parseTime } from '../timeinput';
import { shiftStarts } from '../shifts';
import { addDays, DAY, fullText, HOUR, MINUTE, offsetAt, offsetText, startOfDay } from '../zone';
import { zone } from '../zones';

export interface Picked {
  from: number;
  to: number;
  follow: boolean;
}

const PRESETS: [string, Key, number][] = [
  ['15m', 'preset.15m', 15 * MINUTE], ['1h', 'preset.1h', HOUR], ['8h', 'preset.8h', 8 * HOUR],
  ['24h', 'preset.24h', DAY], ['7d', 'preset.7d', 7 * DAY], ['30d', 'preset.30d', 30 * DAY], ['1y', 'preset.1y', 365 * DAY],
];

export class Picker {
  readonly presets: HTMLElement;
  readonly typed: HTMLElement;
  private readonly from = this.input('trend.from');
  private readonly to = this.input('trend.to');
  private readonly message = h('p', { class: 'picker-message', role: 'alert', hidden: true });
  private buttons: [HTMLButtonElement, number][] = [];
  private shown: Picked | null = null;

  constructor(private readonly now: () => number, private readonly onPick: (picked: Picked) => void) {
    this.presets = h('div', { class: 'group presets', role: 'group', 'aria-label': t('trend.presets') });
    for (const [, key, span] of PRESETS) {
      const button = h('button', { class: 'button', type: 'button', onclick: () => this.pick(this.now() - span, this.now(), true) }, t(key));
      this.buttons.push([button, span]);
      this.presets.append(button);
    }
    this.presets.append(h('button', { class: 'button', type: 'button', title: t('trend.shiftHint', { starts: settings().shifts }), onclick: () => this.shift() }, t('preset.shift')));
    for (const [key, shift] of [['preset.today', 0], ['preset.yesterday', -1]] as [Key, number][]) {
      this.presets.append(h('button', { class: 'button', type: 'button', onclick: () => this.day(shift) }, t(key)));
    }
    const form = h('form', { class: 'typed', onsubmit: (event: Event) => {
      event.preventDefault();
      this.submit();
    } }, this.from, h('span', { 'aria-hidden': 'true' }, '–'), this.to,
    h('button', { class: 'button framed', type: 'submit' }, t('trend.apply')), this.message);
    this.typed = form;
  }

  private input(key: Key): HTMLInputElement {
    return h('input', { class: 'field time', type: 'text', autocomplete: 'off', spellcheck: 'false', 'aria-label': t(key), title: t('trend.typedHint') });
  }

  private pick(from: number, to: number, follow: boolean): void {
    this.message.hidden = true;
    this.onPick({ from, to, follow });
  }

  /** The shift that is on now, or the one before it where it is on screen already. */
  private shift(): void {
    const starts = shiftStarts(zone(), this.now(), settings().shifts);
    const present = starts.length - 2;
    const [from, to] = [starts[present], starts[present + 1]];
    if (this.shown?.from === from && this.shown.to === to) this.pick(starts[present - 1], from, false);
    else this.pick(from, to, false);
  }

  private day(shift: number): void {
    const from = startOfDay(zone(), this.now(), shift);
    this.pick(from, addDays(zone(), from, 1), false);
  }

  /** Shows the range on screen, unless someone is typing. */
  show({ from, to, follow }: Picked): void {
    this.shown = { from, to, follow };
    if (document.activeElement !== this.from && document.activeElement !== this.to) {
      this.from.value = follow ? `now-${durationText(Math.round((to - from) / 1000) * 1000)}` : fullText(zone(), Math.round(from));
      this.to.value = follow ? 'now' : fullText(zone(), Math.round(to));
    }
    for (const [button, span] of this.buttons) {
      button.setAttribute('aria-pressed', String(follow && Math.abs(to - from - span) < 1000));
    }
  }

  private submit(): void {
    const choices: { input: HTMLInputElement; time: number | null; relative: boolean }[] = [];
    for (const input of [this.from, this.to]) {
      const typed = parseTime(input.value, zone(), this.now());
      input.removeAttribute('aria-invalid');
      if (typed.kind === 'time') {
        choices.push({ input, time: typed.time, relative: typed.relative === 0 });
        continue;
      }
      input.setAttribute('aria-invalid', 'true');
      if (typed.kind === 'two') this.ask(input, typed.first, typed.second);
      else this.say(t(typed.kind === 'gap' ? 'trend.timeGap' : 'trend.timeWrong', { text: input.value, zone: zone() }));
      input.focus();
      return;
    }
    const [from, to] = choices;
    if (from.time! >= to.time!) {
      this.to.setAttribute('aria-invalid', 'true');
      this.say(t('trend.upsideDown'));
      return;
    }
    (document.activeElement as HTMLElement | null)?.blur();
    this.pick(from.time!, to.time!, to.relative);
  }

  private say(...content: (Node | string)[]): void {
    this.message.replaceChildren(...content);
    this.message.hidden = false;
  }

  private ask(input: HTMLInputElement, first: number, second: number): void {
    const choice = (time: number): HTMLElement => h('button', { class: 'button framed', type: 'button', onclick: () => {
      input.value = fullText(zone(), time);
      this.message.hidden = true;
      this.submit();
    } }, offsetText(offsetAt(zone(), time)));
    this.say(t('trend.timeTwice', { text: input.value }), ' ', choice(first), ' ', choice(second));
  }
}
