// Notes on points of time and ranges, of the pens' tags or of the saved view: read from the ledger,
// shown as marks at the top of the plot. Writing them is in notedialog.ts, loaded when it is used.

import { setText, h } from '../dom';
import { t } from '../i18n';
import { readRows } from '../ledger';
import { clockText, dateText } from '../zone';
import { zone } from '../zones';
import type { Plot } from './plot';

/** A row of vv_annotation. */
export interface Note {
  AnnId: number;
  Target: string;
  FromTime: number;
  ToTime: number | null;
  Text: string;
  UserId: number | null;
  CreatedAt: number;
  ChangedAt: number | null;
}

/** What a note of a saved view is about. No tag's name begins with a slash. */
export function viewTarget(view: number): string {
  return `/views/${view}`;
}

const READ = 2000; // newest, before the end of what is shown
const REFRESH_MS = 60_000;

export class Notes {
  private list: Note[] = [];
  private asked = '';
  private askedAt = 0;
  private readonly marks = h('div', { class: 'note-marks' });

  constructor(private readonly changed: () => void, private readonly open: (note: Note) => void) {}

  attach(over: HTMLElement): void {
    over.append(this.marks);
  }

  /** Reads the notes of the targets up to `to`, unless they were read a short while ago. */
  async load(targets: string[], to: number, again = false): Promise<void> {
    const key = JSON.stringify([targets, Math.ceil(to / REFRESH_MS)]);
    if (!again && (targets.length === 0 || (key === this.asked && Date.now() - this.askedAt < REFRESH_MS))) return;
    this.asked = key;
    this.askedAt = Date.now();
    try {
      const { rows } = await readRows<Note>('vv_annotation', { 'FromTime.lt': String(Math.ceil(to)), order: '-FromTime', limit: String(READ) });
      const wanted = new Set(targets);
      this.list = rows.filter((note) => wanted.has(note.Target)).reverse();
    } catch {
      // Notes are beside the point of a trend: without them it goes on.
      this.list = [];
    }
    this.changed();
  }

  /** Those that reach into [from, to]. */
  within(from: number, to: number): Note[] {
    return this.list.filter((note) => note.FromTime <= to && (note.ToTime ?? note.FromTime) >= from);
  }

  show(plot: Plot, from: number, to: number, visible: boolean): void {
    const notes = visible ? this.within(from, to) : [];
    while (this.marks.children.length > notes.length) this.marks.lastElementChild!.remove();
    notes.forEach((note, i) => {
      const mark = (this.marks.children[i] as HTMLButtonElement | undefined) ?? this.marks.appendChild(this.createMark());
      const left = Math.max(0, plot.xOf(note.FromTime));
      const right = Math.min(plot.width, plot.xOf(note.ToTime ?? note.FromTime));
      mark.dataset.note = String(note.AnnId);
      mark.classList.toggle('range', note.ToTime !== null);
      mark.style.transform = `translateX(${Math.round(left)}px)`;
      mark.style.width = note.ToTime === null ? '' : `${Math.max(24, Math.round(right - left))}px`;
      const text = `${dateText(zone(), note.FromTime)} ${clockText(zone(), note.FromTime)} · ${note.Target}\n${note.Text}`;
      mark.title = text;
      mark.setAttribute('aria-label', t('note.mark', { text }));
      setText(mark, note.Text.length > 40 ? `${note.Text.slice(0, 40)}…` : note.Text);
    });
  }

  private createMark(): HTMLButtonElement {
    const mark: HTMLButtonElement = h('button', { class: 'note-mark', type: 'button', onclick: (event: Event) => {
      event.stopPropagation();
      const note = this.list.find((n) => String(n.AnnId) === mark.dataset.note);
      if (note) this.open(note);
    } });
    for (const type of ['pointerdown', 'pointerup', 'dblclick']) mark.addEventListener(type, (event) => event.stopPropagation());
    return mark;
  }
}
