// Points to edit: the tree of TB_Objects as a table with how each point is read and recorded. Rows are
// ticked to be changed, moved or deleted together.

import { debounce, h, setText } from '../dom';
import { t } from '../i18n';
import { emptyNotice, errorNotice } from '../notice';
import { matchesWords, searchWords } from '../path';
import { rewrite, type Page } from '../router';
import { sayError } from '../setup/editor';
import { importCsv } from '../setup/csvfile';
import { choiceText } from '../setup/form';
import { button } from '../setup/frame';
import { BRANCH, treeRows, type PlantRow } from '../setup/plant';
import { editPoint } from '../setup/point';
import { csvHref, everyRow } from '../setup/rows';
import { tableOf, type Row, type Table } from '../setup/schema';
import { loadTags } from '../tags';
import { VirtualList, type RowView } from '../virtual';
import { changeMany, deleteMany, renamePoint } from './many';

const INDENT = 16;
const COLUMNS = ['Name', 'Type', 'DevId', 'MemInd', 'DimId', 'Period_s', 'Mode', 'HistoryId', 'Decimals'] as const;

interface Line extends RowView {
  tick: HTMLInputElement;
  twist: HTMLElement;
  name: HTMLButtonElement;
  cells: HTMLElement[];
  id: number;
}

/** Rows of the plant with the words that stand for their numbers. */
interface Plant {
  rows: PlantRow[];
  words: Record<string, Map<unknown, string>>;
  parameters: Map<string, string>;
  devices: Map<unknown, Row>;
}

async function readPlant(objects: Table, options: Table): Promise<Plant> {
  const [rows, recorded, devices, units, histories, map] = await Promise.all([
    everyRow('TB_Objects'), everyRow('vv_point_option'), everyRow('TB_Devices'), everyRow('TB_Dim'), everyRow('ScadaProviderMapping'), everyRow('vv_param_map')]);
  const choices = (table: Table, name: string): Map<unknown, string> =>
    new Map(table.columns.find((c) => c.name === name)?.choices?.map((c) => [c.value, choiceText(c.name)]) ?? []);
  return {
    rows: treeRows(rows, recorded),
    words: {
      Type: choices(objects, 'Type'), Mode: choices(options, 'Mode'),
      DevId: new Map(devices.map((d) => [d.DevId, String(d.Name)])), DimId: new Map(units.map((u) => [u.DimId, String(u.Name)])),
      HistoryId: new Map(histories.map((p) => [p.Id, String(p.Provider)])),
    },
    parameters: new Map(map.map((m) => [`${m.DevType}/${m.SubType}/${m.MemInd}`, String(m.Name)])),
    devices: new Map(devices.map((d) => [d.DevId, d])),
  };
}

export function mount(main: HTMLElement, url: URL): Page {
  const rowHeight = window.matchMedia('(pointer: coarse)').matches ? 44 : 28;
  let plant: Plant | null = null;
  let shown: PlantRow[] = [];
  let gone = false;
  let cursor = 0;
  const closed = new Set<number>();
  const ticked = new Set<number>();

  const filter = h('input', { class: 'field grow', type: 'search', placeholder: t('points.filter'), 'aria-label': t('points.filter') });
  filter.value = url.searchParams.get('q') ?? '';
  const count = h('span', { class: 'muted', role: 'status' });
  const guarded = (work: () => Promise<void>) => (): void => void work().catch(sayError);
  const place = h('div');
  const scroller = h('div', { class: 'pscroll', role: 'treegrid', tabindex: '0', 'aria-label': t('nav.edit'), 'aria-multiselectable': 'true' });
  const head = h('div', { class: 'erow ehead', role: 'row' }, COLUMNS.map((name) => h('div', { role: 'columnheader', class: `e-${name}`, title: t(`field.${name}`) }, t(`field.${name}`))));
  scroller.append(head);

  const done = (): void => {
    void load();
    setTimeout(() => void loadTags(), 300);
  };
  /** The branch that something new goes into: the one at the cursor, or that of the point there. */
  const here = (): number => {
    const row = shown[cursor];
    return row ? (row.object.Type === BRANCH ? row.id : row.object.Parent as number) : 0;
  };
  const edit = (id: number): void => void editPoint({ id, done }).catch(sayError);
  const chosen = (): PlantRow[] => plant?.rows.filter((row) => ticked.has(row.id)) ?? [];
  const bulk = (text: string, work: (rows: PlantRow[]) => Promise<void> | void): HTMLButtonElement =>
    button(text, () => void Promise.resolve(work(chosen())).catch(sayError));
  const many = [
    bulk(t('points.changeMany'), (rows) => changeMany(rows, done)),
    bulk(t('points.deleteMany'), (rows) => deleteMany(rows, () => {
      ticked.clear();
      done();
    })),
  ];
  const bar = h('div', { class: 'bar' }, filter, count,
    button(t('points.newBranch'), guarded(() => editPoint({ preset: { Type: BRANCH, Parent: here() }, done }))),
    button(t('points.newPoint'), guarded(() => editPoint({ preset: { Parent: here() }, done }))), ...many);
  const files = h('div', { class: 'bar' },
    h('a', { class: 'button framed', download: 'points.csv', href: csvHref('TB_Objects') }, t('points.csvPoints')),
    h('a', { class: 'button framed', download: 'recording.csv', href: csvHref('vv_point_option') }, t('points.csvOptions')),
    button(t('points.importPoints'), () => importCsv('TB_Objects', done)), button(t('points.importOptions'), () => importCsv('vv_point_option', done)),
    h('a', { class: 'button framed', download: 'plant.yaml', href: '/api/v1/plant' }, t('plant.save')),
    button(t('plant.apply'), () => void import('./plantfile').then(({ applyPlantFile }) => applyPlantFile(done), sayError)),
    h('span', { class: 'spacer' }), h('a', { class: 'button primary', href: '/points' }, t('points.editDone')));
  const pane = h('section', { class: 'ppane panel epane' }, bar, files, scroller, place);
  main.append(h('h1', { class: 'offscreen' }, t('nav.edit')), pane);

  const list = new VirtualList<Line>({
    scroller,
    rowHeight,
    create: () => {
      const tick = h('input', { type: 'checkbox', class: 'e-tick', tabindex: '-1' });
      const twist = h('button', { class: 'twist', type: 'button', tabindex: '-1' }, '▸');
      const name = h('button', { class: 'button link-like name', type: 'button', tabindex: '-1' });
      const cells = COLUMNS.slice(1).map((column) => h('div', { role: 'gridcell', class: `e-${column}` }));
      const element = h('div', { class: 'erow', role: 'row' }, h('div', { role: 'gridcell', class: 'e-Name' }, tick, twist, name), cells);
      element.style.height = `${rowHeight}px`;
      const line: Line = { element, index: -1, tick, twist, name, cells, id: 0 };
      tick.addEventListener('change', () => mark(line.id, tick.checked));
      twist.addEventListener('click', () => toggle(line.id));
      name.addEventListener('click', () => edit(line.id));
      element.addEventListener('click', () => {
        cursor = line.index;
        list.refresh();
      });
      return line;
    },
    update: (line) => write(line),
  });

  const word = (row: PlantRow, column: (typeof COLUMNS)[number]): string => {
    const value = row.object[column] ?? row.option?.[column] ?? null;
    if (value === null || (value === 0 && column !== 'Type' && column !== 'Decimals')) return '';
    if (column === 'MemInd') {
      const device = plant!.devices.get(row.object.DevId);
      return plant!.parameters.get(`${device?.Type}/${device?.SubType}/${value}`) ?? String(value);
    }
    return plant!.words[column]?.get(value) ?? String(value);
  };
  const write = (line: Line): void => {
    const row = shown[line.index];
    if (!row) return;
    line.id = row.id;
    const branch = row.object.Type === BRANCH;
    const flat = filter.value.trim() !== '';
    line.element.className = `erow${branch ? ' branch' : ''}${line.index === cursor ? ' selected' : ''}`;
    line.element.id = `edit-${line.index}`;
    line.element.setAttribute('aria-level', String(row.depth + 1));
    line.element.setAttribute('aria-selected', String(ticked.has(row.id)));
    line.tick.checked = ticked.has(row.id);
    line.tick.setAttribute('aria-label', row.path);
    line.twist.style.marginLeft = `${flat ? 0 : row.depth * INDENT}px`;
    line.twist.style.visibility = branch && !flat ? 'visible' : 'hidden';
    setText(line.twist, closed.has(row.id) ? '▸' : '▾');
    line.twist.setAttribute('aria-label', t(closed.has(row.id) ? 'points.expand' : 'points.collapse'));
    setText(line.name, flat ? row.path : String(row.object.Name));
    COLUMNS.slice(1).forEach((column, i) => setText(line.cells[i], branch && column === 'Type' ? '' : word(row, column)));
  };
  const mark = (id: number, yes: boolean): void => {
    if (yes) ticked.add(id);
    else ticked.delete(id);
    showCount();
    list.refresh();
  };
  const toggle = (id: number): void => {
    if (closed.has(id)) closed.delete(id);
    else closed.add(id);
    show();
  };
  const showCount = (): void => {
    for (const one of many) one.disabled = ticked.size === 0;
    setText(count, ticked.size > 0 ? t('points.ticked', { n: ticked.size }) : t('points.count', { n: plant?.rows.filter((r) => r.object.Type !== BRANCH).length ?? 0 }));
  };
  const show = (): void => {
    if (!plant) return;
    const words = searchWords(filter.value);
    const hidden = new Set<number>();
    shown = plant.rows.filter((row) => {
      if (words.length > 0) return matchesWords(row.path.toLocaleLowerCase(), words);
      // Rows come parents first.
      if (hidden.has(row.object.Parent as number) || closed.has(row.object.Parent as number)) hidden.add(row.id);
      return !hidden.has(row.id);
    });
    cursor = Math.min(cursor, Math.max(0, shown.length - 1));
    list.setCount(shown.length);
    list.refresh();
    showCount();
    place.replaceChildren(shown.length > 0 ? '' : emptyNotice(t('points.none'), t('points.noneText')));
    rewrite(`/points?edit=1${filter.value ? `&${new URLSearchParams({ q: filter.value })}` : ''}`);
  };
  const load = async (): Promise<void> => {
    try {
      const [objects, options] = await Promise.all([tableOf('TB_Objects'), tableOf('vv_point_option')]);
      plant = await readPlant(objects, options);
      if (gone) return;
      const there = new Set(plant.rows.map((row) => row.id));
      for (const id of ticked) if (!there.has(id)) ticked.delete(id);
      show();
    } catch (error) {
      place.replaceChildren(errorNotice(error, () => void load()));
    }
  };

  filter.addEventListener('input', debounce(60, show));
  scroller.addEventListener('keydown', (event) => {
    const row = shown[cursor];
    const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 1);
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -shown.length, End: shown.length };
    if (event.target !== scroller || event.ctrlKey || event.altKey) return;
    if (event.key in moves) {
      cursor = Math.min(shown.length - 1, Math.max(0, cursor + moves[event.key]));
      list.scrollTo(cursor);
      list.refresh();
      scroller.setAttribute('aria-activedescendant', `edit-${cursor}`);
    } else if (!row) return;
    else if (event.key === 'ArrowRight' && closed.has(row.id)) toggle(row.id);
    else if (event.key === 'ArrowLeft' && row.object.Type === BRANCH && !closed.has(row.id)) toggle(row.id);
    else if (event.key === ' ') mark(row.id, !ticked.has(row.id));
    else if (event.key === 'Enter') edit(row.id);
    else if (event.key === 'F2') void renamePoint(row, done).catch(sayError);
    else if (event.key === 'Insert') void editPoint({ preset: { Parent: here() }, done }).catch(sayError);
    else if (event.key === 'Delete') deleteMany(ticked.size > 0 ? chosen() : [row], done);
    else return;
    event.preventDefault();
  });
  showCount();
  void load();
  return {
    dispose() {
      gone = true;
      list.dispose();
    },
  };
}
