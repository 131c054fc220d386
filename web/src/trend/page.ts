// The Trend page: holds the state that the address shows, and passes it on to plot, pens, table,
// loader and stream.

import { MAX_PENS, MAX_SPAN, MIN_SPAN, parseTrend, trendQuery, type TrendState } from '../address';
import { debounce, h, oncePerFrame, saveFile } from '../dom';
import { csvText } from '../format';
import { widthText } from '../ladder';
import { t } from '../i18n';
import { emptyNotice, errorCode, errorNotice, errorSentence, toast } from '../notice';
import { globEscape } from '../path';
import { rewrite, type Page } from '../router';
import { lastHeard, link, liveValues, onLink, serverNow, subscribe } from '../stream';
import { loadTags, onTags, tagInfo, tags, tagsFailure, tagsLoaded } from '../tags';
import { fullText } from '../zone';
import { onZone, plantZone, zone } from '../zones';
import { Chooser } from './chooser';
import { neighbour, readingAt } from './cursor';
import { appendLive } from './data';
import { attachGestures } from './gestures';
import { savePng } from './image';
import { Loader, type LoadState } from './loader';
import { assignAxes, chooseDrawn, fitAxes, newPen, type Axis, type Pen } from './model';
import { Overlay } from './overlay';
import { PenList, readingText } from './pens';
import { Picker } from './picker';
import { Plot } from './plot';
import { TrendTable, tableCsv } from './table';
import { Toolbar } from './toolbar';
import { clampRange, Views, zoomAround } from './views';

const FOLLOW_MS = 250; // at most 4 Hz
const REST_MS = 180; // after which a view that was dragged is fetched
const REFRESH_MS = 60_000; // buckets of a followed view are fetched anew
const WIDE = 1200;
const RECENT = 256; // live samples kept for each pen

export function mount(main: HTMLElement, url: URL): Page {
  return new TrendPage(main, url);
}

class TrendPage implements Page {
  private state: TrendState;
  private pens: Pen[] = [];
  private axes: Axis[] = [];
  private readonly views = new Views();
  private gone = false;
  private moving = false;
  private cursor: number | null = null;
  private second: number | null = null;
  private chooserOpen = window.innerWidth >= WIDE;
  private lastLoad = 0;
  private readonly offs: (() => void)[] = [];
  private endStream = (): void => undefined;
  private streamed = '';

  private readonly plot: Plot;
  private readonly overlay = new Overlay();
  private letGo = (): void => undefined;
  private readonly table = new TrendTable();
  private readonly list: PenList;
  private readonly chooser: Chooser;
  private readonly picker: Picker;
  private readonly toolbar: Toolbar;
  private readonly loader: Loader;
  private readonly host = h('div', { class: 'plot' });
  private readonly area: HTMLElement;
  private readonly notice = h('div', { class: 'trend-notice' });
  private readonly progress = h('div', { class: 'loadbar', hidden: true });
  private readonly problem = h('div', { class: 'problem', role: 'alert', hidden: true });
  private readonly spoken = h('div', { class: 'offscreen', 'aria-live': 'polite' });

  constructor(main: HTMLElement, url: URL) {
    this.state = parseTrend(url.search, zone(), serverNow());
    this.list = new PenList({
      focus: (pen) => this.setFocus(pen.number - 1),
      hide: (pen) => this.toggleHidden(pen.number - 1),
      remove: (pen) => this.togglePen(pen.tag),
    });
    this.chooser = new Chooser((tag) => this.state.tags.includes(tag), (tag) => this.togglePen(tag));
    this.picker = new Picker(serverNow, (picked) => this.setView(picked.from, picked.to, { follow: picked.follow }));
    this.toolbar = new Toolbar({
      chooser: () => this.showChooser(!this.chooserOpen),
      shift: (direction) => this.shift(direction),
      zoom: (factor) => this.zoom(factor),
      back: () => this.back(),
      live: () => this.toggleFollow(),
      fit: () => this.fit(),
      axes: () => this.change({ axes: this.state.axes === 'pen' ? 'unit' : 'pen', fixed: [] }),
      envelope: () => this.change({ envelope: !this.state.envelope }),
      table: () => this.change({ view: this.state.view === 'table' ? 'plot' : 'table' }),
      csv: () => this.saveCsv(),
      png: () => this.savePicture(),
    }, this.picker.presets, this.picker.typed);
    this.area = h('section', { class: 'trend-area panel', tabindex: '0', 'aria-label': t('trend.plot') },
      this.progress, this.toolbar.view, this.problem, this.host, this.table.element, this.notice, this.spoken);
    main.append(h('h1', { class: 'offscreen' }, t('nav.trend')), this.toolbar.element,
      h('div', { class: 'trend-body' }, this.chooser.element, this.area,
        h('aside', { class: 'pen-pane panel', 'aria-label': t('trend.pens') }, this.list.element)));
    this.loader = new Loader({
      onData: () => this.dataCame(),
      onState: (state, error) => this.loadState(state, error),
    });
    this.plot = new Plot(this.host, (over) => this.layoutChanged(over));
    this.showChooser(this.chooserOpen);
    this.makePens();
    this.watch();
    if (!tagsLoaded()) void loadTags();
  }

  private watch(): void {
    const themeChanged = (): void => this.plot.themeChanged();
    document.addEventListener('themechange', themeChanged);
    this.offs.push(() => document.removeEventListener('themechange', themeChanged));
    this.offs.push(onTags(() => {
      let moved = false;
      for (const pen of this.pens) {
        const info = tagInfo(pen.tag);
        moved ||= info?.unit !== pen.info?.unit || info?.type !== pen.info?.type;
        pen.info = info;
      }
      this.chooser.refresh();
      if (moved) this.arrange();
      this.draw();
    }));
    this.offs.push(onZone(() => this.draw()));
    let wasLost = false;
    this.offs.push(onLink(() => {
      // What the stream did not bring while it was away is fetched.
      if (link() === 'lost') for (const pen of this.pens) pen.recent = [];
      if (link() === 'live' && wasLost) this.load();
      wasLost = link() === 'lost';
      this.draw();
    }));
    const timer = setInterval(() => this.tick(), FOLLOW_MS);
    this.offs.push(() => clearInterval(timer));
  }

  dispose(): void {
    this.gone = true;
    this.offs.forEach((off) => off());
    this.endStream();
    this.loader.cancel();
    this.letGo();
    this.plot.dispose();
    this.table.dispose();
    this.chooser.dispose();
  }

  navigate(url: URL): void {
    this.state = parseTrend(url.search, zone(), serverNow());
    this.makePens();
  }

  // --- pens ---

  private makePens(): void {
    const old = new Map(this.pens.map((pen) => [pen.tag, pen]));
    this.pens = this.state.tags.map((tag, i) => {
      const pen = newPen(tag, i + 1, tagInfo(tag));
      const before = old.get(tag);
      if (before) Object.assign(pen, { data: before.data, recent: before.recent, error: before.error });
      pen.hidden = this.state.hidden.includes(i);
      return pen;
    });
    this.list.setPens(this.pens);
    this.chooser.repaint();
    this.arrange();
    this.follow();
    this.load();
    this.draw();
  }

  /** Axes from pens, with the scales that the address fixes. */
  private arrange(): void {
    const before = new Map(this.axes.map(({ key, min, max }) => [key, { min, max }]));
    this.axes = assignAxes(this.pens, this.state.axes);
    for (const fixed of this.state.fixed) {
      const axis = this.axes[fixed.axis - 1];
      if (axis) Object.assign(axis, { min: fixed.min, max: fixed.max, fixed: true });
    }
    if (!this.moving) fitAxes(this.axes, this.state.from, this.state.to);
    else for (const axis of this.axes) Object.assign(axis, before.get(axis.key));
  }

  private get focused(): Pen | undefined {
    return this.pens[this.state.focus];
  }

  private togglePen(tag: string): void {
    const at = this.state.tags.indexOf(tag);
    if (at < 0 && this.state.tags.length >= MAX_PENS) {
      toast(t('trend.tooMany', { n: MAX_PENS }));
      this.chooser.repaint();
      return;
    }
    const names = at < 0 ? [...this.state.tags, tag] : this.state.tags.filter((name) => name !== tag);
    const hidden = this.state.hidden.filter((i) => i !== at).map((i) => (at >= 0 && i > at ? i - 1 : i));
    const focus = at < 0 ? names.length - 1 : Math.max(0, Math.min(this.state.focus - (at < this.state.focus ? 1 : 0), names.length - 1));
    this.state = { ...this.state, tags: names, hidden, focus, fixed: [] };
    this.makePens();
  }

  private setFocus(i: number): void {
    if (i < this.pens.length) this.change({ focus: i });
  }

  private toggleHidden(i: number): void {
    const pen = this.pens[i];
    if (!pen) return;
    pen.hidden = !pen.hidden;
    this.state = { ...this.state, hidden: this.pens.filter((p) => p.hidden).map((p) => p.number - 1) };
    this.arrange();
    if (!pen.hidden) this.load();
    this.draw();
  }

  /** A change of how things are shown, not of what. */
  private change(part: Partial<TrendState>): void {
    this.state = { ...this.state, ...part };
    if (part.axes !== undefined || part.fixed !== undefined) this.arrange();
    this.draw();
  }

  // --- time ---

  private setView(from: number, to: number, options: { follow?: boolean; remember?: boolean; rest?: boolean } = {}): void {
    if (options.remember !== false) this.remember();
    const [a, b] = clampRange(from, to, { min: MIN_SPAN, max: MAX_SPAN });
    this.state = { ...this.state, from: a, to: b, follow: options.follow ?? false };
    if (!this.moving) fitAxes(this.axes, a, b);
    if (options.rest) this.loadAtRest();
    else this.load();
    this.draw();
  }

  private remember(): void {
    const { from, to, follow, fixed } = this.state;
    this.views.push({ from, to, follow, fixed });
  }

  private back(): void {
    const view = this.views.pop();
    if (!view) return;
    this.state = { ...this.state, fixed: view.fixed };
    this.arrange();
    // A view that followed goes on from now.
    const now = serverNow();
    const span = view.to - view.from;
    if (view.follow) this.setView(now - span, now, { follow: true, remember: false });
    else this.setView(view.from, view.to, { remember: false });
  }

  private shift(direction: 1 | -1, part = 1): void {
    const { from, to } = this.state;
    const by = (to - from) * part * direction;
    this.setView(from + by, to + by);
  }

  private zoom(factor: number): void {
    const { from, to, follow } = this.state;
    const at = this.cursor ?? (follow ? to : (from + to) / 2);
    const [a, b] = zoomAround(from, to, at, factor);
    // Around the right edge a followed view can go on following.
    this.setView(a, b, { follow: follow && this.cursor === null });
  }

  private toggleFollow(): void {
    const span = this.state.to - this.state.from;
    const now = serverNow();
    if (this.state.follow) this.change({ follow: false });
    else this.setView(now - span, now, { follow: true });
  }

  private fit(): void {
    this.remember();
    this.state = { ...this.state, fixed: [] };
    this.arrange();
    this.draw();
  }

  /** At most four times a second: a followed view moves by whole pixels. */
  private tick(): void {
    const { follow, from, to } = this.state;
    if (!follow) {
      if (this.cursor === null) this.updateList();
      return;
    }
    if (link() === 'lost') return;
    const span = to - from;
    const pixel = span / this.plot.width;
    const next = Math.floor(serverNow() / pixel) * pixel;
    if (next !== to) {
      this.state.from = next - span;
      this.state.to = next;
      for (const pen of this.pens) trim(pen, this.state.from - span);
      fitAxes(this.axes, this.state.from, this.state.to);
      this.draw();
    } else this.updateList();
    if (Date.now() - this.lastLoad > REFRESH_MS) this.load();
  }

  // --- data ---

  private load(): void {
    this.lastLoad = Date.now();
    void this.loader.load(this.pens, this.state.from, this.state.to, this.plot.width);
  }

  private readonly loadAtRest = debounce(REST_MS, () => this.load());

  private dataCame(): void {
    this.plot.forgetLayer();
    this.arrange();
    this.draw();
  }

  private loadState(state: LoadState, error?: unknown): void {
    this.progress.hidden = state !== 'loading' && state !== 'slow';
    if (state === 'slow') {
      this.problem.className = 'problem slow';
      this.problem.replaceChildren(h('span', {}, t('trend.slow')),
        h('button', { class: 'button framed', type: 'button', onclick: () => this.loader.cancel() }, t('action.cancel')));
    } else if (state === 'failed') {
      this.problem.className = 'problem';
      this.problem.replaceChildren(h('span', {}, errorSentence(error)), h('code', {}, errorCode(error)),
        h('button', { class: 'button framed', type: 'button', onclick: () => this.load() }, t('action.retry')));
    }
    this.problem.hidden = state !== 'slow' && state !== 'failed';
  }

  /** Streams the pens' tags, and only those. */
  private follow(): void {
    const key = this.state.tags.join('\n');
    if (key === this.streamed) return;
    this.streamed = key;
    this.endStream();
    if (this.state.tags.length === 0) {
      this.endStream = (): void => undefined;
      return;
    }
    const byTag = new Map(this.pens.map((pen) => [pen.tag, pen.number - 1]));
    this.endStream = subscribe(this.state.tags.map(globEscape), (values) => {
      let drawn = false;
      for (const value of values) {
        const pen = this.pens[byTag.get(value.tag) ?? -1];
        if (!pen || pen.tag !== value.tag) continue;
        pen.recent.push(value);
        if (pen.recent.length > RECENT) pen.recent.splice(0, RECENT / 2);
        // What lies beyond a zoomed view is not drawn, but is there when someone pans to it.
        if (appendLive(pen.data, value)) drawn ||= value.time <= this.state.to;
      }
      if (drawn && !this.state.follow) this.draw();
    });
  }

  // --- picture ---

  private layoutChanged(over: HTMLElement): void {
    this.letGo();
    this.overlay.attach(over);
    this.letGo = attachGestures(over, {
      hover: (x) => {
        this.cursor = x === null ? null : this.plot.timeAt(x);
        this.moveCursor();
      },
      zoomTime: (x0, x1) => this.setView(this.plot.timeAt(x0), this.plot.timeAt(x1)),
      zoomRectangle: (x0, x1, y0, y1) => {
        const range: [number, number] = [this.plot.timeAt(x0), this.plot.timeAt(x1)];
        this.remember();
        const value = (axis: Axis, y: number): number => Number(this.plot.valueAt(axis, y).toPrecision(7));
        const fixed = this.axes.map((axis) => ({ axis: axis.number, min: value(axis, y1), max: value(axis, y0) }));
        this.state = { ...this.state, fixed };
        this.arrange();
        this.setView(...range, { remember: false });
      },
      grab: () => {
        this.remember();
        this.moving = true;
      },
      drag: (pixels, factor, x) => {
        const { from, to } = this.state;
        const by = -(pixels / this.plot.width) * (to - from);
        const [a, b] = zoomAround(from + by, to + by, this.plot.timeAt(x), factor);
        this.setView(a, b, { remember: false, rest: true });
      },
      release: () => {
        this.moving = false;
        fitAxes(this.axes, this.state.from, this.state.to);
        this.load();
        this.draw();
      },
      wheel: (x, factor) => {
        const [a, b] = zoomAround(this.state.from, this.state.to, this.plot.timeAt(x), factor);
        this.setView(a, b, { rest: true });
      },
      back: () => this.back(),
    });
    if (this.pens.length > 0) this.loadAtRest();
  }

  private readonly draw = oncePerFrame(() => {
    const { state } = this;
    const empty = this.pens.length === 0;
    const isTable = state.view === 'table' && !empty;
    this.host.hidden = empty || isTable;
    this.table.element.hidden = !isTable;
    this.showNotice(empty);
    if (isTable) this.table.show(this.pens, state.from, state.to);
    else if (!empty) {
      chooseDrawn(this.axes, this.focused);
      this.plot.show({
        pens: this.pens, axes: this.axes, focus: this.focused, from: state.from, to: state.to,
        now: Math.min(serverNow(), lastHeard() + FOLLOW_MS), envelope: state.envelope, moving: this.moving,
      });
    }
    this.picker.show(state);
    this.toolbar.show({
      follow: state.follow, chooserOpen: this.chooserOpen, axes: state.axes, envelope: state.envelope,
      table: isTable, canGoBack: this.views.size > 0, chip: this.chipText(),
    });
    this.moveCursor();
    this.writeAddress();
  });

  /** At rest: browsers refuse an address that changes with every frame. */
  private readonly writeAddress = debounce(120, () => {
    if (!this.gone) rewrite(`/trend${trendQuery(this.state)}`);
  });

  private showNotice(empty: boolean): void {
    if (this.notice.hidden === !empty && !empty) return;
    this.notice.hidden = !empty;
    if (!empty) return;
    const failure = tagsFailure();
    if (failure && !tagsLoaded()) this.notice.replaceChildren(errorNotice(failure, () => void loadTags()));
    else if (tagsLoaded() && tags().root.points === 0) this.notice.replaceChildren(emptyNotice(t('points.empty'), t('points.emptyText')));
    else {
      this.notice.replaceChildren(emptyNotice(t('trend.empty'), t('trend.emptyText'),
        h('button', { class: 'button primary', type: 'button', onclick: () => {
          this.showChooser(true);
          this.chooser.focusFilter();
        } }, t('trend.choose'))));
    }
  }

  private chipText(): string {
    const shown = this.pens.filter((pen) => !pen.hidden && pen.data.time.length > 0);
    const kinds = new Set(shown.map((pen) => (pen.data.kind === 'raw' ? t('trend.chipRaw') : t('trend.chipBucket', { width: widthText(pen.data.width) }))));
    return [...kinds].join(' + ');
  }

  private showChooser(open: boolean): void {
    this.chooserOpen = open;
    this.chooser.element.hidden = !open;
    if (open) {
      this.chooser.refresh();
    }
    this.draw();
  }

  private readonly moveCursor = oncePerFrame(() => {
    const { from, to } = this.state;
    this.overlay.show(this.plot, this.pens, this.axes, this.cursor, this.second, to - from);
    this.updateList();
  });

  private updateList(): void {
    const { from, to } = this.state;
    this.list.update(this.focused, { at: this.cursor, second: this.second }, [from, to], serverNow(), liveValues);
  }

  // --- keys and files ---

  key(event: KeyboardEvent): boolean {
    const { key } = event;
    const digit = /^[1-9]$/.test(key) ? Number(key) : 0;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => (event.shiftKey ? this.shift(-1, 0.1) : this.stepCursor(-1)),
      ArrowRight: () => (event.shiftKey ? this.shift(1, 0.1) : this.stepCursor(1)),
      '+': () => this.zoom(0.5),
      '=': () => this.zoom(0.5),
      '-': () => this.zoom(2),
      '[': () => this.shift(-1),
      ']': () => this.shift(1),
      Backspace: () => this.back(),
      f: () => this.toggleFollow(),
      b: () => this.setSecond(),
      h: () => this.toggleHidden(this.state.focus),
      y: () => this.fit(),
      t: () => this.change({ view: this.state.view === 'table' ? 'plot' : 'table' }),
      e: () => this.saveCsv(),
      Escape: () => this.escape(),
    };
    if (digit > 0) {
      this.setFocus(digit - 1);
      return true;
    }
    if (!actions[key] || (key.startsWith('Arrow') && (event.target as Element).closest('.tscroll, .chooser'))) return false;
    actions[key]();
    return true;
  }

  private stepCursor(direction: 1 | -1): void {
    const { from, to } = this.state;
    const pen = this.focused;
    const start = this.cursor ?? (direction === 1 ? from : to);
    const pixel = (to - from) / this.plot.width;
    const next = pen && !pen.hidden ? neighbour(pen, start, direction) : null;
    this.cursor = Math.min(Math.max(next ?? start + direction * 8 * pixel, from), to);
    this.moveCursor();
    this.speak();
  }

  /** Says aloud what the cursor reads. */
  private speak(): void {
    if (this.cursor === null) return;
    const readings = this.pens.filter((pen) => !pen.hidden).map((pen) => {
      const reading = readingAt(pen, this.cursor!);
      return t('trend.spokenPen', { tag: pen.tag, value: reading ? readingText(reading, pen) : t('trend.noSample') });
    });
    this.spoken.textContent = [fullText(zone(), Math.round(this.cursor)), ...readings].join('. ');
  }

  private setSecond(): void {
    this.second = this.second === null ? this.cursor ?? (this.state.from + this.state.to) / 2 : null;
    this.moveCursor();
  }

  private escape(): void {
    if (this.second !== null) this.second = null;
    else if (this.cursor !== null) this.cursor = null;
    else if (this.chooserOpen && window.innerWidth < WIDE) this.showChooser(false);
    this.moveCursor();
  }

  private saveCsv(): void {
    const { columns, rows } = tableCsv(this.pens.filter((pen) => !pen.hidden), this.state.from, this.state.to);
    saveFile('trend.csv', 'text/csv', csvText(zone(), columns, rows));
  }

  private savePicture(): void {
    const canvas = this.plot.canvas();
    if (!canvas) return;
    const { from, to } = this.state;
    savePng(canvas, {
      title: t('trend.pictureTitle', { from: fullText(zone(), Math.round(from)), to: fullText(zone(), Math.round(to)), zone: zone() === plantZone() ? plantZone() : zone() }),
      pens: this.pens.filter((pen) => !pen.hidden),
    });
  }
}

/** Forgets rows far left of a followed view, so that a day of following does not grow. */
function trim(pen: Pen, before: number): void {
  const { data } = pen;
  let n = 0;
  while (n < data.time.length && data.time[n] < before) n++;
  if (n < 1000) return;
  const columns = new Set<unknown[]>([data.time, data.value, data.min, data.max, data.first, data.last, data.count, data.bad, data.quality]);
  if (data.text) columns.add(data.text);
  for (const column of columns) column.splice(0, n);
}
