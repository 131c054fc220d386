// What the Trend page loads only when it is asked for: dialogs, files, addresses that grew too long.

import { trendQuery, type TrendState } from '../address';
import { loadMore, t } from '../i18n';
import { errorSentence, toast } from '../notice';
import { serverNow } from '../stream';
import { fullText } from '../zone';
import { zone } from '../zones';
import type { Axis, Pen } from './model';
import { viewTarget, type Note } from './notes';

export interface PartsHost {
  state(): TrendState;
  pens(): Pen[];
  axes(): Axis[];
  /** What the cursor reads at; null without one. */
  cursor(): number | null;
  canvas(): HTMLCanvasElement | null;
  change(part: Partial<TrendState>): void;
  /** A note was written, changed or deleted. */
  noted(): void;
}

/** A module with the texts that it needs; a failure to load it is told. */
function part<T>(load: Promise<T>, use: (module: T) => void): void {
  Promise.all([load, loadMore()]).then(([module]) => use(module), (error: unknown) => toast(errorSentence(error)));
}

export class Parts {
  private longView: number | null = null;
  private writing: Promise<string> = Promise.resolve('');

  constructor(private readonly host: PartsHost) {}

  private shown(): Pen[] {
    return this.host.pens().filter((pen) => !pen.hidden && !pen.difference);
  }

  options(): void {
    part(import('./options'), ({ openOptions }) => openOptions({ ...this.host, now: serverNow }));
  }

  files(): void {
    const { from, to } = this.host.state();
    if (this.shown().length > 0) part(import('./files'), ({ openExport }) => openExport({ pens: this.shown(), from, to }));
  }

  picture(): void {
    const canvas = this.host.canvas();
    if (!canvas) return;
    const { from, to } = this.host.state();
    const title = t('trend.pictureTitle', { from: fullText(zone(), Math.round(from)), to: fullText(zone(), Math.round(to)), zone: zone() });
    part(import('./image'), ({ savePng }) => savePng(canvas, { title, pens: this.shown() }));
  }

  save(): void {
    const state = this.host.state();
    part(import('./saveview'), ({ openSaveView }) => openSaveView(state.saved, trendQuery({ ...state, saved: null }), (saved) => this.host.change({ saved })));
  }

  /** A new note is about the cursor, or the time between two; about the focused pen, first of all. */
  note(note: Note | null): void {
    const { from, to, second, saved, tags, focus } = this.host.state();
    const at = this.host.cursor();
    const [start, end] = at !== null && second !== null ? [Math.min(at, second), Math.max(at, second)] : [at ?? (from + to) / 2, null];
    const targets = [...tags.slice(focus, focus + 1), ...tags.filter((_tag, i) => i !== focus)].map((tag) => ({ value: tag, text: tag }));
    if (saved !== null) targets.push({ value: viewTarget(saved), text: t('note.ofView') });
    if (targets.length === 0) return;
    part(import('./notedialog'), ({ openNote }) => openNote({ note, from: start, to: end, targets, now: serverNow() }, () => this.host.noted()));
  }

  /** Goes on with a long trend that was opened by its number. */
  opened(view: number): void {
    this.longView = view;
  }

  /** The address of a state whose own would be too long; whoever may not save views keeps that. */
  longAddress(query: string): Promise<string> {
    // One after another: the first makes the view that the others write over.
    this.writing = this.writing.then(async () => {
      try {
        const [{ keepLong }] = await Promise.all([import('./long'), loadMore()]);
        this.longView = await keepLong(this.longView, query);
        return `/trend?saved=${this.longView}`;
      } catch {
        return `/trend${query}`;
      }
    });
    return this.writing;
  }
}
