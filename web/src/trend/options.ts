// How the trend is drawn, in one dialog: axes and their scales, pens, periods to compare, shifts.
// Loaded when it is opened.

import { AXES, MAX_COMPARED, type AxesMode, type TrendState } from '../address';
import { labelled, openDialog, Problem, tick } from '../dialog';
import { h } from '../dom';
import { t, type Key } from '../i18n';
import { changeSettings, settings } from '../settings';
import { parseShifts } from '../shifts';
import { zone } from '../zones';
import { canBeStates, canGrow, engineeringRange, isLane, type Axis, type Pen } from './model';
import { parseShift, shiftText, type Shift } from './shift';

export interface OptionsHost {
  state(): TrendState;
  pens(): Pen[];
  axes(): Axis[];
  now(): number;
  change(part: Partial<TrendState>): void;
}

const USUAL = ['-1d', '-7d', '-1mo', '-1y'];

export function openOptions(host: OptionsHost): void {
  const scales = h('div', { class: 'scales' });
  const modes = h('select', { class: 'select', onchange: () => {
    host.change({ axes: modes.value as AxesMode, fixed: [], engineering: [] });
    fillScales(scales, host);
  } }, AXES.map((mode) => h('option', { value: mode }, t(`axes.${mode}` as Key))));
  modes.value = host.state().axes;
  fillScales(scales, host);
  openDialog(t('trend.options'), [
    section('options.axes', labelled(t('options.axesMode'), modes), scales),
    section('options.pens', ...penTicks(host, () => fillScales(scales, host)),
      tick(t('options.interpolate'), host.state().interpolate, (interpolate) => host.change({ interpolate })),
      tick(t('options.notes'), host.state().notes, (notes) => host.change({ notes }))),
    section('options.compare', ...compareFields(host)),
    section('options.shifts', shiftField()),
  ]);
}

function section(key: Key, ...content: Node[]): HTMLElement {
  return h('fieldset', {}, h('legend', {}, t(key)), content);
}

/** A line for each axis: automatic, the engineering range where its pens have one, or from … to. */
function fillScales(into: HTMLElement, host: OptionsHost): void {
  into.replaceChildren(...host.axes().map((axis) => {
    const names = axis.pens.map((pen) => pen.number).join(' ');
    const mode = h('select', { class: 'select', 'aria-label': t('scale.mode', { axis: names }) },
      h('option', { value: 'auto' }, t('scale.auto')),
      axis.pens.some(engineeringRange) ? h('option', { value: 'engineering' }, t('scale.engineering')) : null,
      h('option', { value: 'fixed' }, t('scale.fixed')));
    mode.value = axis.mode;
    const number = (value: number, key: Key): HTMLInputElement => {
      const input = h('input', { class: 'field narrow', type: 'number', step: 'any', 'aria-label': t(key, { axis: names }) });
      input.value = String(Number(value.toPrecision(7)));
      input.disabled = axis.mode !== 'fixed';
      return input;
    };
    const min = number(axis.min, 'scale.min');
    const max = number(axis.max, 'scale.max');
    const apply = (): void => {
      const { fixed, engineering } = host.state();
      min.disabled = max.disabled = mode.value !== 'fixed';
      const others = fixed.filter((scale) => scale.axis !== axis.number);
      const wrong = mode.value === 'fixed' && !(max.valueAsNumber > min.valueAsNumber);
      max.setAttribute('aria-invalid', String(wrong));
      if (wrong) return;
      host.change({
        fixed: mode.value === 'fixed' ? [...others, { axis: axis.number, min: min.valueAsNumber, max: max.valueAsNumber }] : others,
        engineering: [...engineering.filter((n) => n !== axis.number), ...(mode.value === 'engineering' ? [axis.number] : [])],
      });
    };
    for (const field of [mode, min, max]) field.addEventListener('change', apply);
    return h('div', { class: 'scale' }, h('span', { class: 'scale-name' }, `${names}${axis.unit ? ` · ${axis.unit}` : ''}`), mode, min, '…', max);
  }));
}

function penTicks(host: OptionsHost, moved: () => void): Node[] {
  const toggled = (list: number[], i: number, on: boolean): number[] => [...list.filter((n) => n !== i), ...(on ? [i] : [])].sort((a, b) => a - b);
  const ticks: Node[] = [];
  for (const pen of host.pens().filter((p) => !p.difference)) {
    const i = pen.number - 1;
    if (canGrow(pen) && !isLane(pen)) {
      ticks.push(tick(t('options.delta', { tag: `${pen.number} ${pen.tag}` }), pen.delta, (on) => {
        host.change({ delta: toggled(host.state().delta, i, on) });
        moved();
      }));
    }
    if (canBeStates(pen)) {
      ticks.push(tick(t('options.states', { tag: `${pen.number} ${pen.tag}` }), pen.states, (on) => {
        host.change({ states: toggled(host.state().states, i, on) });
        moved();
      }));
    }
  }
  return ticks;
}

function compareFields(host: OptionsHost): Node[] {
  const problem = new Problem();
  const textOf = (shift: Shift): string => shiftText(shift, host.state().from);
  const set = (compared: Shift[]): boolean => {
    if (compared.length > MAX_COMPARED) {
      problem.say(t('compare.tooMany', { n: MAX_COMPARED }));
      return false;
    }
    problem.element.hidden = true;
    host.change({ compared });
    return true;
  };
  const usual = USUAL.map((text) => {
    const line: HTMLElement = tick(t(`compare.${text}` as Key), host.state().compared.some((shift) => textOf(shift) === text), (on) => {
      const rest = host.state().compared.filter((shift) => textOf(shift) !== text);
      const shift = parseShift(text, zone(), host.now(), host.state().from)!;
      if (!set(on ? [...rest, shift] : rest)) line.querySelector('input')!.checked = !on;
    });
    return line;
  });
  const own = h('input', { class: 'field', type: 'text', placeholder: '-2w, 2024-11-05 08:00', autocomplete: 'off' });
  const others = host.state().compared.filter((shift) => !USUAL.includes(textOf(shift)));
  own.value = others.map(textOf).join(', ');
  own.addEventListener('change', () => {
    const texts = own.value.split(',').map((text) => text.trim()).filter((text) => text !== '');
    const parsed = texts.map((text) => parseShift(text, zone(), host.now(), host.state().from));
    const wrong = texts.find((_text, i) => parsed[i] === null);
    own.setAttribute('aria-invalid', String(wrong !== undefined));
    if (wrong !== undefined) return problem.say(t('compare.wrong', { text: wrong }));
    set([...host.state().compared.filter((shift) => USUAL.includes(textOf(shift))), ...(parsed as Shift[])]);
  });
  return [...usual, labelled(t('compare.other'), own), problem.element,
    tick(t('compare.difference'), host.state().difference, (difference) => host.change({ difference }))];
}

function shiftField(): Node {
  const field = h('input', { class: 'field', type: 'text', autocomplete: 'off' });
  field.value = settings().shifts;
  field.addEventListener('change', () => {
    const wrong = parseShifts(field.value) === null;
    field.setAttribute('aria-invalid', String(wrong));
    if (!wrong) changeSettings({ shifts: field.value.trim() });
  });
  return labelled(t('options.shiftStarts'), field);
}
