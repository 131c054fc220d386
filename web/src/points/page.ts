// Points: the tree of all points with live values, a filter over names and conditions, and a pane
// for what is selected. State in the address: the path, `q`, `show`.

import { pointHref, pointOf } from '../address';
import { csvText, type Value } from '../format';
import { debounce, h, oncePerFrame, saveFile, setText } from '../dom';
import { icon } from '../icons';
import { t } from '../i18n';
import { emptyNotice, errorNotice } from '../notice';
import { globEscape, matchesWords, searchWords } from '../path';
import { go, rewrite, type Page } from '../router';
import { conditionText } from '../show';
import { liveValues, onLink, serverNow, subscribe, ALL, STREAM_ALL } from '../stream';
import { loadTags, noticeTags, onTags, tags, tagsFailure, tagsLoaded } from '../tags';
import { lineage, openRows, type TreeNode } from '../tree';
import { conditionOf, type Condition } from '../values';
import { VirtualList } from '../virtual';
import { onZone, zone } from '../zones';
import { detailPane } from './detail';
import { createRow, writeLive, writeRow, type PointRow } from './rows';

const TICK_MS = 1000;
const OPEN_AT_START = 40;
type Show = 'all' | 'abnormal';

/** The branches stay open for as long as the page lives. */
const open = new Set<string>();
let opened = false;

const isAbnormal = (condition: Condition): boolean => condition !== 'good' && condition !== 'none';

export function mount(main: HTMLElement, url: URL): Page {
  const rowHeight = window.matchMedia('(pointer: coarse)').matches ? 44 : 28;
  let selected = pointOf(url.pathname);
  let query = url.searchParams.get('q') ?? '';
  let show: Show = url.searchParams.get('show') === 'abnormal' ? 'abnormal' : 'all';
  let rows: TreeNode[] = [];
  let cursor = 0;
  const offs: (() => void)[] = [];

  const filter = h('input', { class: 'field grow', type: 'search', id: 'filter', placeholder: t('points.filter'), 'aria-label': t('points.filter'), value: query });
  const showSelect = h('select', { class: 'select', 'aria-label': t('points.show') },
    h('option', { value: 'all' }, t('points.showAll')), h('option', { value: 'abnormal' }, t('points.showAbnormal')));
  showSelect.value = show;
  const count = h('span', { class: 'muted', role: 'status' });
  const button = (name: Parameters<typeof icon>[0], label: string, onclick: () => void): HTMLElement =>
    h('button', { class: 'button square', type: 'button', title: label, 'aria-label': label, onclick }, icon(name));
  const bar = h('div', { class: 'bar' }, filter, showSelect, count,
    button('plus', t('points.expandAll'), () => setAll(true)),
    button('minus', t('points.collapseAll'), () => setAll(false)),
    button('save', t('action.csv'), () => saveCsv()),
    h('a', { class: 'button framed', href: '/points?edit=1' }, t('nav.edit')));
  const head = h('div', { class: 'prow phead', role: 'row' },
    (['name', 'value', 'unit', 'time', 'note'] as const).map((c) =>
      h('div', { role: 'columnheader', class: `c-${c}` }, t(`points.${c}`))),
    h('div', { role: 'columnheader', class: 'c-act' }, h('span', { class: 'offscreen' }, t('action.trend'))));
  const scroller = h('div', { class: 'pscroll', role: 'treegrid', tabindex: '0', 'aria-label': t('nav.points') }, head);
  const placeholder = h('div');
  const detail = detailPane();
  const pane = h('section', { class: 'ppane panel' }, bar, scroller, placeholder);
  main.append(h('h1', { class: 'offscreen' }, t('nav.points')), pane, detail.element);

  const list = new VirtualList<PointRow>({
    scroller,
    rowHeight,
    create: () => {
      const row = createRow(rowHeight);
      row.twist.addEventListener('click', (event) => {
        event.stopPropagation();
        if (row.node) toggle(row.node);
      });
      row.element.addEventListener('click', (event) => {
        if (!row.node || (event.target as Element).closest('a, button')) return;
        select(row.node, true);
      });
      row.element.addEventListener('dblclick', () => row.node?.children.length && toggle(row.node));
      return row;
    },
    update: (row) => {
      const node = rows[row.index];
      if (!node) return;
      const flat = isFlat();
      writeRow(row, node, { open: open.has(node.path), selected: node.path === selected, flat }, row.index, rows.length);
      writeLive(row, serverNow());
    },
    onRange: () => followRows(),
  });

  const isFlat = (): boolean => searchWords(query).length > 0 || show === 'abnormal';

  function compute(): void {
    const words = searchWords(query);
    const now = serverNow();
    if (isFlat()) {
      rows = tags().points
        .filter((p) => matchesWords(p.folded, words)
          && (show === 'all' || isAbnormal(conditionOf(liveValues.get(p.node.path), p.node.tag, now))))
        .map((p) => p.node);
    } else {
      rows = openRows(tags().root, open);
    }
    cursor = Math.max(0, rows.findIndex((node) => node.path === selected));
    scroller.setAttribute('aria-rowcount', String(rows.length));
    setText(count, isFlat()
      ? t('points.found', { n: rows.length })
      : t('points.count', { n: tags().root.points }));
    list.setCount(rows.length);
    list.refresh();
    showPlaceholder();
  }

  function showPlaceholder(): void {
    const failure = tagsFailure();
    placeholder.replaceChildren();
    if (rows.length > 0) return;
    if (failure && !tagsLoaded()) placeholder.append(errorNotice(failure, () => void loadTags()));
    else if (!tagsLoaded()) placeholder.append(h('div', { class: 'notice' }, t('loading')));
    else if (isFlat()) {
      placeholder.append(emptyNotice(show === 'abnormal' && !query ? t('points.allGood') : t('points.noneFound'),
        show === 'abnormal' && !query ? t('points.allGoodText') : t('points.noneFoundText'),
        h('button', { class: 'button framed', type: 'button', onclick: clearFilter }, t('points.clear'))));
    } else placeholder.append(emptyNotice(t('points.empty'), t('points.emptyText')));
  }

  function clearFilter(): void {
    query = filter.value = '';
    show = 'all';
    showSelect.value = show;
    writeAddress();
    compute();
  }

  function writeAddress(): void {
    const q = new URLSearchParams();
    if (query) q.set('q', query);
    if (show !== 'all') q.set('show', show);
    rewrite(pointHref(selected) + (q.size > 0 ? `?${q}` : ''));
  }

  function toggle(node: TreeNode): void {
    if (open.has(node.path)) open.delete(node.path);
    else open.add(node.path);
    compute();
  }

  function setAll(value: boolean): void {
    open.clear();
    if (value) for (const [path, node] of tags().byPath) if (node.children.length > 0) open.add(path);
    compute();
  }

  function select(node: TreeNode, push: boolean): void {
    if (push && node.path !== selected) go(pointHref(node.path) + location.search);
    else take(node.path);
  }

  /** Makes a path the selected one and shows its row. */
  function take(path: string): void {
    selected = path;
    const node = tags().byPath.get(path) ?? null;
    if (node && node.depth >= 0) for (const above of lineage(node).slice(0, -1)) open.add(above.path);
    compute();
    detail.show(node ?? (path === '' ? tags().root : null));
    detail.tick(serverNow());
    if (node && node.depth >= 0) {
      list.scrollTo(cursor);
      scroller.setAttribute('aria-activedescendant', `row-${cursor}`);
    }
  }

  function saveCsv(): void {
    const now = serverNow();
    const body: Value[][] = [];
    for (const node of isFlat() ? rows : tags().points.map((p) => p.node)) {
      if (!node.tag) continue;
      const value = liveValues.get(node.tag.tag);
      const condition = conditionOf(value, node.tag, now);
      body.push([node.tag.tag, value?.value ?? null, node.tag.unit, value?.quality ?? null, value?.time ?? null,
        conditionText(condition, value, node.tag, now)]);
    }
    saveFile('points.csv', 'text/csv', csvText(zone(), ['tag', 'value', 'unit', 'quality', 'time', 'condition'], body));
  }

  // Which values the stream brings: everything in a plant of usual size, else the branches in view.
  let endStream = (): void => undefined;
  let streamed = '';
  const followRows = debounce(200, () => {
    const globs = new Set<string>();
    if (tags().points.length <= STREAM_ALL) globs.add(ALL);
    else {
      const [first, end] = list.range();
      for (const node of rows.slice(first, end)) {
        if (node.tag) globs.add(node.parent && node.parent.depth >= 0 && node.parent.children.length <= STREAM_ALL ? `${globEscape(node.parent.path)}/*` : globEscape(node.path));
      }
      const chosen = tags().byPath.get(selected);
      if (chosen?.tag) globs.add(globEscape(selected));
    }
    const key = [...globs].sort().join('\n');
    if (key === streamed) return;
    streamed = key;
    endStream();
    endStream = subscribe([...globs], (values) => {
      noticeTags(values.map((value) => value.tag));
      repaint();
    });
  });

  const repaint = oncePerFrame(() => {
    const now = serverNow();
    for (const row of visibleRows()) writeLive(row, now);
    detail.tick(now);
  });
  function visibleRows(): PointRow[] {
    const [first, end] = list.range();
    const found: PointRow[] = [];
    for (let i = first; i < end; i++) {
      const row = list.rowAt(i);
      if (row) found.push(row);
    }
    return found;
  }

  function accept(): void {
    if (!opened && tags().root.points > 0) {
      opened = true;
      // Small plants show their points at once; big ones start folded.
      const small = openRows(tags().root, new Set(tags().root.children.map((n) => n.path))).length <= OPEN_AT_START;
      for (const node of tags().root.children) if (small || tags().root.children.length === 1) open.add(node.path);
    }
    detail.show(null);
    take(selected);
    followRows();
  }

  filter.addEventListener('input', debounce(60, () => {
    query = filter.value;
    writeAddress();
    compute();
  }));
  showSelect.addEventListener('change', () => {
    show = showSelect.value as Show;
    writeAddress();
    compute();
  });
  scroller.addEventListener('keydown', (event) => {
    if ((event.target as Element).closest('a, button') && event.key === 'Enter') return;
    const node = rows[cursor];
    const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 1);
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length };
    if (event.key in moves) {
      const next = rows[Math.min(rows.length - 1, Math.max(0, (selected === '' ? -1 : cursor) + moves[event.key]))];
      if (next) {
        take(next.path);
        writeAddress();
      }
    } else if (event.key === 'ArrowRight' && node) {
      if (node.children.length > 0 && !open.has(node.path)) toggle(node);
    } else if (event.key === 'ArrowLeft' && node) {
      if (open.has(node.path)) toggle(node);
      else if (node.parent && node.parent.depth >= 0) {
        take(node.parent.path);
        writeAddress();
      }
    } else if (event.key === 'Enter' && node) {
      if (node.children.length > 0) toggle(node);
    } else return;
    event.preventDefault();
  });

  offs.push(onTags(accept));
  offs.push(onLink(repaint));
  offs.push(onZone(() => {
    list.refresh();
    detail.tick(serverNow());
  }));
  const timer = setInterval(() => {
    repaint();
    if (show === 'abnormal') compute();
  }, TICK_MS);
  accept();
  if (!tagsLoaded()) void loadTags();

  return {
    dispose() {
      clearInterval(timer);
      endStream();
      offs.forEach((off) => off());
      detail.dispose();
      list.dispose();
    },
    navigate(next) {
      query = next.searchParams.get('q') ?? '';
      show = next.searchParams.get('show') === 'abnormal' ? 'abnormal' : 'all';
      if (filter.value !== query) filter.value = query;
      showSelect.value = show;
      take(pointOf(next.pathname));
      followRows();
    },
    key(event) {
      if (event.key !== 't' || !tags().byPath.get(selected)?.tag) return false;
      detail.element.querySelector<HTMLAnchorElement>('a.primary')?.click();
      return true;
    },
  };
}
