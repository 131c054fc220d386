// The Trend page: holds the state that the address shows, and passes it on to plot, pens, table,
// loader and stream.

import { MAX_PENS, MAX_SPAN, MIN_SPAN, parseTrend, trendQuery, type TrendState } from '../address';
import { debounce, h, oncePerFrame } from '../dom';
import { readRow } from '../ledger';
import { t } from '../i18n';
import { errorSentence, toast } from '../notice';
import { rewrite, type Page } from '../router';
import { lastHeard, link, liveValues, onLink, serverNow } from '../stream';
import { loadTags, onTags, tagInfo, tagsLoaded } from '../tags';
import { viewHref, type View } from '../views/view';
import { onZone, zone } from '../zones';
import { rectangleScales, toggleTag } from './change';
import { Chooser } from './chooser';
import { Compared, differencePen } from './compare';
import { attachGestures } from './gestures';
import { trendKey, type KeyActions } from './keys';
import { PenStream, trim } from './live';
import { Loader } from './loader';
import { assignAxes, canBeStates, canGrow, chooseDrawn, fitAxes, newPen, setData, type Axis, type Pen } from './model';
import { Notes, viewTarget } from './notes';
import { Parts } from './parts';
import { PenList } from './pens';
import { Picker } from './picker';
import { Plot } from './plot';
import { Reading } from './reading';
import { chipText, Status } from './status';
import { TrendTable } from './table';
import { Toolbar } from './toolbar';
import { clampRange, Views, zoomAround } from './views';

const FOLLOW_MS = 250; // at most 4 Hz
const REST_MS = 180; // after which a view that was dragged is fetched
const REFRESH_MS = 60_000; // buckets of a followed view are fetched anew
const WIDE = 1200;
/** Changes of these move axes. */
const ARRANGING: (keyof TrendState)[] = ['axes', 'fixed', 'engineering', 'difference', 'focus', 'compared', 'delta', 'states'];
const LONGEST_ADDRESS = 2000; // characters; a longer one becomes a view

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
  private chooserOpen = window.innerWidth >= WIDE;
  private lastLoad = 0;
  private readonly offs: (() => void)[] = [];

  private readonly plot: Plot;
  private readonly parts = new Parts({
    state: () => this.state,
    pens: () => this.pens,
    axes: () => this.axes,
    cursor: () => this.reading.at,
    canvas: () => this.plot.canvas(),
    change: (part) => this.change(part),
    noted: () => this.loadNotes(true),
  });
  private readonly reading = new Reading({
    state: () => this.state,
    pens: () => this.pens,
    axes: () => this.axes,
    focused: () => this.focused,
    plot: () => this.plot,
    keep: (part) => {
      this.state = { ...this.state, ...part };
      this.showTools();
      this.writeAddress();
    },
    moved: () => this.updateList(),
  });
  private readonly notes = new Notes(() => this.draw(), (note) => this.parts.note(note));
  private letGo = (): void => undefined;
  private readonly table = new TrendTable();
  private readonly list: PenList;
  private readonly chooser: Chooser;
  private readonly picker: Picker;
  private readonly toolbar: Toolbar;
  private readonly loader: Loader;
  private readonly compared: Compared;
  private readonly stream = new PenStream((time) => {
    // What lies beyond a zoomed view is not drawn, but is there when someone pans to it.
    if (time <= this.state.to && !this.state.follow) this.draw();
  });
  private readonly host = h('div', { class: 'plot' });
  private readonly area: HTMLElement;
  private readonly status = new Status({
    cancel: () => this.loader.cancel(),
    retry: () => this.load(),
    choose: () => {
      this.showChooser(true);
      this.chooser.focusFilter();
    },
  });
  private readonly actions: KeyActions;

  constructor(main: HTMLElement, url: URL) {
    this.state = parseTrend(url.search, zone(), serverNow());
    this.actions = {
      step: (direction) => this.reading.step(direction),
      shift: (direction, part) => this.shift(direction, part),
      zoom: (factor) => this.zoom(factor),
      back: () => this.back(),
      live: () => this.toggleFollow(),
      second: () => this.reading.toggleSecond(),
      focus: (pen) => this.setFocus(pen),
      hide: () => this.toggleHidden(this.state.focus),
      fit: () => this.fit(),
      table: () => this.change({ view: this.state.view === 'table' ? 'plot' : 'table' }),
      note: () => this.parts.note(null),
      file: () => this.parts.files(),
      escape: () => this.escape(),
    };
    this.list = new PenList({
      focus: (pen) => this.setFocus(pen.number - 1),
      hide: (pen) => this.toggleHidden(pen.number - 1),
      remove: (pen) => this.togglePen(pen.tag),
    });
    this.chooser = new Chooser((tag) => this.state.tags.includes(tag), (tag) => this.togglePen(tag));
    this.picker = new Picker(serverNow, (picked) => this.setView(picked.from, picked.to, { follow: picked.follow }));
    this.toolbar = new Toolbar({
      ...this.actions,
      chooser: () => this.showChooser(!this.chooserOpen),
      envelope: () => this.change({ envelope: !this.state.envelope }),
      options: () => this.parts.options(),
      png: () => this.parts.picture(),
      save: () => this.parts.save(),
    }, this.picker.presets, this.picker.typed);
    this.area = h('section', { class: 'trend-area panel', tabindex: '0', 'aria-label': t('trend.plot') },
      this.status.progress, this.toolbar.view, this.status.problem, this.host, this.table.element, this.status.notice, this.reading.panel, this.reading.spoken);
    main.append(h('h1', { class: 'offscreen' }, t('nav.trend')), this.toolbar.element,
      h('div', { class: 'trend-body' }, this.chooser.element, this.area,
        h('aside', { class: 'pen-pane panel', 'aria-label': t('trend.pens') }, this.list.element)));
    this.loader = new Loader({
      onData: () => this.dataCame(),
      onState: (state, error) => this.status.load(state, error),
    });
    this.compared = new Compared(() => this.dataCame(), (error) => toast(errorSentence(error)));
    this.plot = new Plot(this.host, (over) => this.layoutChanged(over));
    this.showChooser(this.chooserOpen);
    this.makePens();
    this.watch();
    if (!tagsLoaded()) void loadTags();
    this.openSaved();
  }

  private watch(): void {
    const themeChanged = (): void => this.plot.themeChanged();
    document.addEventListener('themechange', themeChanged);
    this.offs.push(() => document.removeEventListener('themechange', themeChanged));
    this.offs.push(onTags(() => {
      const before = JSON.stringify(this.pens.map((pen) => pen.info));
      for (const pen of this.pens) if (!pen.difference) pen.info = tagInfo(pen.tag);
      this.chooser.refresh();
      if (JSON.stringify(this.pens.map((pen) => pen.info)) !== before) this.arrange();
      this.draw();
    }));
    this.offs.push(onZone(() => {
      this.loadCompared();
      this.draw();
    }));
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
    this.stream.stop();
    this.loader.cancel();
    this.compared.cancel();
    this.reading.dispose();
    this.letGo();
    this.plot.dispose();
    this.table.dispose();
    this.chooser.dispose();
  }

  navigate(url: URL): void {
    this.state = parseTrend(url.search, zone(), serverNow());
    this.makePens();
    this.openSaved();
  }

  /** An address that only names a view: what it holds comes from the ledger. */
  private openSaved(): void {
    const { saved, tags: names } = this.state;
    if (saved === null || names.length > 0) return;
    void readRow<View>('vv_view', saved).then((view) => {
      const href = viewHref(view);
      if (this.gone || href === null) return;
      this.parts.opened(saved);
      this.state = parseTrend(new URL(href, location.origin).search, zone(), serverNow());
      this.makePens();
    }, (error: unknown) => toast(errorSentence(error)));
  }

  // --- pens ---

  private makePens(): void {
    const old = new Map(this.pens.map((pen) => [pen.tag, pen]));
    this.pens = this.state.tags.map((tag, i) => {
      const pen = newPen(tag, i + 1, tagInfo(tag));
      const before = old.get(tag);
      if (before) Object.assign(pen, { loaded: before.loaded, data: before.data, ghosts: before.ghosts, recent: before.recent, error: before.error });
      pen.hidden = this.state.hidden.includes(i);
      return pen;
    });
    this.list.setPens(this.pens);
    this.arrange();
    this.chooser.repaint();
    this.stream.follow(this.state.tags, () => this.pens, () => this.perPixel);
    this.load();
    this.draw();
  }

  /** What the address says of single pens, once their types are known. */
  private applyStyles(): void {
    for (const pen of this.pens) {
      const i = pen.number - 1;
      const delta = this.state.delta.includes(i) && canGrow(pen);
      const states = this.state.states.includes(i) && canBeStates(pen);
      if (delta === pen.delta && states === pen.states) continue;
      Object.assign(pen, { delta, states });
      setData(pen, pen.loaded, this.perPixel);
      this.list.setPens(this.pens);
    }
  }

  private get perPixel(): number {
    return (this.state.to - this.state.from) / this.plot.width;
  }

  /** The pen of differences stands behind all others while there is something to compare with. */
  private showDifference(): void {
    const old = this.pens.find((pen) => pen.difference);
    const { focused } = this;
    const next = this.state.difference && focused && focused.ghosts.length > 0 && !focused.hidden
      ? differencePen(focused, this.state.tags.length + 1) : null;
    if (old && next && old.tag === next.tag && old.number === next.number) {
      Object.assign(old, { data: next.data, loaded: next.loaded, info: next.info });
      return;
    }
    if (!old && !next) return;
    this.pens = this.pens.filter((pen) => !pen.difference);
    if (next) this.pens.push(next);
    this.list.setPens(this.pens);
  }

  /** Axes from pens, with the scales that the address fixes. */
  private arrange(): void {
    const before = new Map(this.axes.map(({ key, min, max }) => [key, { min, max }]));
    this.applyStyles();
    this.showDifference();
    this.axes = assignAxes(this.pens, this.state.axes);
    for (const axis of this.axes) {
      const fixed = this.state.fixed.find((scale) => scale.axis === axis.number);
      if (fixed) Object.assign(axis, { min: fixed.min, max: fixed.max, mode: 'fixed' });
      else if (this.state.engineering.includes(axis.number)) axis.mode = 'engineering';
    }
    if (!this.moving) fitAxes(this.axes, this.state.from, this.state.to);
    else for (const axis of this.axes) Object.assign(axis, before.get(axis.key));
  }

  private get focused(): Pen | undefined {
    return this.pens[this.state.focus];
  }

  private togglePen(tag: string): void {
    if (!this.state.tags.includes(tag) && this.state.tags.length >= MAX_PENS) {
      toast(t('trend.tooMany', { n: MAX_PENS }));
      this.chooser.repaint();
      return;
    }
    this.state = toggleTag(this.state, tag);
    this.makePens();
  }

  private setFocus(i: number): void {
    if (i < this.state.tags.length) this.change({ focus: i });
  }

  private toggleHidden(i: number): void {
    const pen = this.pens[i];
    if (!pen || pen.difference) return;
    pen.hidden = !pen.hidden;
    this.state = { ...this.state, hidden: this.pens.filter((p) => p.hidden).map((p) => p.number - 1) };
    this.arrange();
    if (!pen.hidden) this.load();
    this.draw();
  }

  /** A change of how things are shown; what is to be compared is fetched. */
  private change(part: Partial<TrendState>): void {
    this.state = { ...this.state, ...part };
    if (ARRANGING.some((name) => name in part)) this.arrange();
    if (part.compared) this.loadCompared();
    if (part.notes) this.loadNotes();
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
    const { from, to, follow, fixed, engineering } = this.state;
    this.views.push({ from, to, follow, fixed, engineering });
  }

  private back(): void {
    const view = this.views.pop();
    if (!view) return;
    this.state = { ...this.state, fixed: view.fixed, engineering: view.engineering };
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
    const at = this.reading.at ?? (follow ? to : (from + to) / 2);
    const [a, b] = zoomAround(from, to, at, factor);
    // Around the right edge a followed view can go on following.
    this.setView(a, b, { follow: follow && this.reading.at === null });
  }

  private toggleFollow(): void {
    const span = this.state.to - this.state.from;
    const now = serverNow();
    if (this.state.follow) this.change({ follow: false });
    else this.setView(now - span, now, { follow: true });
  }

  private fit(): void {
    this.remember();
    this.state = { ...this.state, fixed: [], engineering: [] };
    this.arrange();
    this.draw();
  }

  /** At most four times a second: a followed view moves by whole pixels. */
  private tick(): void {
    const { follow, from, to } = this.state;
    if (!follow) {
      if (this.reading.at === null) this.updateList();
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
      if (this.state.difference) this.showDifference();
      fitAxes(this.axes, this.state.from, this.state.to);
      this.draw();
    } else this.updateList();
    if (Date.now() - this.lastLoad > REFRESH_MS) this.load();
  }

  // --- data ---

  private load(): void {
    this.lastLoad = Date.now();
    void this.loader.load(this.pens, this.state.from, this.state.to, this.plot.width);
    this.loadCompared();
    this.loadNotes();
  }

  private loadCompared(): void {
    const { compared, from, to } = this.state;
    const had = this.pens.some((pen) => pen.ghosts.length > 0);
    void this.compared.load(this.pens, compared, from, to, this.plot.width);
    if (had && compared.length === 0) this.dataCame();
  }

  private loadNotes(again = false): void {
    const { saved, to, notes, tags: names } = this.state;
    if (notes && names.length > 0) void this.notes.load([...names, ...(saved === null ? [] : [viewTarget(saved)])], to + (to - this.state.from), again);
  }

  private readonly loadAtRest = debounce(REST_MS, () => this.load());

  private dataCame(): void {
    this.plot.forgetLayer();
    this.arrange();
    this.draw();
  }

  // --- picture ---

  private layoutChanged(over: HTMLElement): void {
    this.letGo();
    this.reading.attach(over);
    this.notes.attach(over);
    this.letGo = attachGestures(over, {
      hover: (x) => this.reading.hover(x === null ? null : this.plot.timeAt(x)),
      pin: (x) => this.reading.pin(this.plot.timeAt(x)),
      zoomTime: (x0, x1) => this.setView(this.plot.timeAt(x0), this.plot.timeAt(x1)),
      zoomRectangle: (x0, x1, y0, y1) => {
        const range: [number, number] = [this.plot.timeAt(x0), this.plot.timeAt(x1)];
        this.remember();
        const { height } = this.plot;
        const fixed = rectangleScales(this.axes, this.state.fixed, y0 / height, y1 / height, (axis, part) => this.plot.valueAt(axis, part * height));
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
    this.status.empty(empty);
    if (isTable) this.table.show(this.pens, state.from, state.to);
    else if (!empty) {
      chooseDrawn(this.axes, this.focused);
      this.plot.show({
        pens: this.pens, axes: this.axes, focus: this.focused, from: state.from, to: state.to,
        now: Math.min(serverNow(), lastHeard() + FOLLOW_MS), envelope: state.envelope, strips: state.axes === 'lanes', moving: this.moving,
      });
      this.notes.show(this.plot, state.from, state.to, state.notes);
    }
    this.picker.show(state);
    this.showTools();
    this.reading.show();
    this.writeAddress();
  });

  private showTools(): void {
    const { follow, second, envelope, view } = this.state;
    this.toolbar.show({
      follow, chooserOpen: this.chooserOpen, second: second !== null, envelope, table: view === 'table' && this.pens.length > 0,
      canGoBack: this.views.size > 0, chip: chipText(this.pens),
    });
  }

  /** At rest: browsers refuse an address that changes with every frame. */
  private readonly writeAddress = debounce(120, () => {
    if (this.gone) return;
    const query = trendQuery(this.state);
    if (query.length <= LONGEST_ADDRESS) rewrite(`/trend${query}`);
    else {
      void this.parts.longAddress(query).then((address) => {
        if (!this.gone) rewrite(address);
      });
    }
  });

  private showChooser(open: boolean): void {
    this.chooserOpen = open;
    this.chooser.element.hidden = !open;
    if (open) this.chooser.refresh();
    this.draw();
  }

  private updateList(): void {
    const { from, to, interpolate } = this.state;
    if (!this.gone) this.list.update(this.focused, { at: this.reading.at, interpolate }, [from, to], serverNow(), liveValues);
  }

  key(event: KeyboardEvent): boolean {
    return trendKey(event, this.actions);
  }

  private escape(): void {
    if (!this.reading.clear() && this.chooserOpen && window.innerWidth < WIDE) this.showChooser(false);
  }
}
