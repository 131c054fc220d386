// The cursors over the plot: lines with their time, and a dot where each pen is read. Elements, not
// canvas, so that moving the pointer redraws nothing.

import { h, setText } from '../dom';
import { clockText, DAY, dateText } from '../zone';
import { zone } from '../zones';
import { readingAt } from './cursor';
import { isLane, penColor, type Axis, type Pen } from './model';
import type { Plot } from './plot';

class CursorLine {
  readonly element: HTMLElement;
  private readonly label = h('span', { class: 'cursor-time' });

  constructor(kind: 'first' | 'second') {
    this.element = h('div', { class: `cursor ${kind}`, hidden: true, 'aria-hidden': 'true' }, this.label);
  }

  /** Lets the line be dragged by its label; `move` gets the place in the plot, CSS pixels. */
  drag(move: (x: number) => void): void {
    const stop = (event: Event): void => event.stopPropagation();
    this.label.addEventListener('pointerdown', (event) => {
      stop(event);
      this.label.setPointerCapture(event.pointerId);
    });
    this.label.addEventListener('pointermove', (event) => {
      stop(event);
      if (this.label.hasPointerCapture(event.pointerId)) move(event.clientX - this.element.parentElement!.getBoundingClientRect().left);
    });
    for (const type of ['pointerup', 'pointercancel', 'dblclick', 'click']) this.label.addEventListener(type, stop);
  }

  place(plot: Plot, time: number | null, span: number): void {
    const x = time === null ? -1 : plot.xOf(time);
    this.element.hidden = x < 0 || x > plot.width;
    if (this.element.hidden || time === null) return;
    this.element.style.transform = `translateX(${Math.round(x)}px)`;
    const clock = clockText(zone(), time, span < 60_000);
    setText(this.label, span > DAY / 2 ? `${dateText(zone(), time)} ${clock}` : clock);
    this.label.classList.toggle('leftward', x > plot.width - 150);
  }
}

export class Overlay {
  private readonly first = new CursorLine('first');
  private readonly second = new CursorLine('second');
  private readonly dots = h('div', { class: 'cursor-dots', 'aria-hidden': 'true' });

  constructor(moveSecond: (x: number) => void) {
    this.second.drag(moveSecond);
  }

  attach(over: HTMLElement): void {
    over.append(this.first.element, this.second.element, this.dots);
  }

  show(plot: Plot, pens: Pen[], axes: Axis[], at: number | null, second: number | null, span: number, interpolate: boolean): void {
    this.first.place(plot, at, span);
    this.second.place(plot, second, span);
    while (this.dots.children.length < pens.length) this.dots.append(h('span'));
    pens.forEach((pen, i) => {
      const dot = this.dots.children[i] as HTMLElement;
      const axis = axes.find((a) => a.pens.includes(pen));
      const reading = at === null || pen.hidden || isLane(pen) || !axis ? null : readingAt(pen, at, interpolate);
      const shown = reading !== null && !reading.held && !Number.isNaN(reading.value);
      dot.hidden = !shown;
      if (!shown || !axis) return;
      const x = plot.xOf(reading.time + pen.data.width / 2);
      dot.className = `pen-${penColor(pen.number) + 1}`;
      dot.style.transform = `translate(${x}px, ${plot.yOf(axis, reading.value)}px)`;
    });
    for (let i = pens.length; i < this.dots.children.length; i++) (this.dots.children[i] as HTMLElement).hidden = true;
  }
}
