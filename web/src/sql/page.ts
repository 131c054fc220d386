// SQL over everything: a statement, its rows as a table or a chart, and the names that can stand in
// it. The statement is in the address.

import { ApiError } from '../api';
import { debounce, h, saveFile } from '../dom';
import { t } from '../i18n';
import { emptyNotice, errorNotice, errorSentence, toast } from '../notice';
import { matchesWords, searchWords } from '../path';
import { rewrite, type Page } from '../router';
import { button, systemFrame } from '../setup/frame';
import { allTables, tableOf } from '../setup/schema';

import { runSql, type SqlAnswer } from './ask';
import { drawable } from './columns';
import { keepStatement, past } from './past';
import { resultTable } from './result';

const LIMITS = [100, 1000, 10_000, 100_000];
const CSV_ROWS = 1_000_000;
const SLOW_MS = 2000;
const EXAMPLE = 'SELECT Name, Kind, Doc FROM varve_tables ORDER BY Name';

interface Shown {
  element: HTMLElement;
  dispose(): void;
}

/** The tables and their columns, each to be put into the statement. */
function namesPane(insert: (text: string) => void): HTMLElement {
  const filter = h('input', { class: 'field', type: 'search', placeholder: t('tables.filter'), 'aria-label': t('tables.filter') });
  const list = h('div', { class: 'sql-names-list' });
  const put = (text: string): string => (/^[A-Za-z_]\w*$/.test(text) && !/^(rows|order|group|offset|limit|index|table)$/i.test(text) ? text : `"${text}"`);
  const columnsOf = async (box: HTMLDetailsElement, name: string): Promise<void> => {
    if (box.dataset.loaded) return;
    box.dataset.loaded = '1';
    const { columns } = await tableOf(name);
    box.append(...columns.map((column) => h('button', { class: 'button sql-name', type: 'button', title: column.doc, onclick: () => insert(put(column.name)) },
      column.name, h('span', { class: 'muted' }, ` ${column.type}`))));
  };
  void allTables().then((tables) => {
    const show = (): void => {
      const words = searchWords(filter.value);
      list.replaceChildren(...tables.filter((table) => matchesWords(`${table.name} ${table.doc}`.toLowerCase(), words)).map((table) => {
        const box: HTMLDetailsElement = h('details', { ontoggle: () => {
          if (box.open) void columnsOf(box, table.name).catch((error: unknown) => toast(errorSentence(error)));
        } }, h('summary', { title: table.doc }, table.name),
        h('button', { class: 'button sql-name', type: 'button', onclick: () => insert(put(table.name)) }, `+ ${table.name}`));
        return box;
      }));
    };
    filter.addEventListener('input', debounce(60, show));
    show();
  }, (error: unknown) => list.replaceChildren(h('p', { class: 'muted pad' }, errorSentence(error))));
  return h('aside', { class: 'panel sql-names', 'aria-label': t('sql.names') }, filter, list);
}

export function mount(main: HTMLElement, url: URL): Page {
  const body = systemFrame(main, 'sql', 'sql-body');
  let view: 'table' | 'chart' = url.searchParams.get('view') === 'chart' ? 'chart' : 'table';
  let asked: AbortController | null = null;
  let answer: SqlAnswer | null = null;
  let shown: Shown | null = null;
  let gone = false;

  const editor = h('textarea', { class: 'field sql-text', rows: '6', spellcheck: 'false', autocomplete: 'off', 'aria-label': t('sql.statement'), placeholder: EXAMPLE });
  editor.value = url.searchParams.get('q') ?? '';
  const run = button(t('sql.run'), () => void execute(), 'primary');
  run.title = 'Ctrl-Enter';
  const cancel = button(t('action.cancel'), () => asked?.abort());
  cancel.hidden = true;
  const limit = h('select', { class: 'select', 'aria-label': t('sql.limit') }, LIMITS.map((n) => h('option', { value: String(n) }, t('sql.rows', { n }))));
  limit.value = LIMITS.map(String).find((n) => n === url.searchParams.get('limit')) ?? '1000';
  const older = h('select', { class: 'select sql-past', 'aria-label': t('sql.past') });
  const state = h('span', { class: 'muted grow', role: 'status' });
  const viewButton = (which: 'table' | 'chart'): HTMLButtonElement => button(t(`sql.${which}`), () => {
    view = which;
    writeAddress();
    show();
  }, '');
  const views = { table: viewButton('table'), chart: viewButton('chart') };
  const csv = button('CSV', () => void saveCsv());
  const place = h('div', { class: 'panel sql-place' });

  const insert = (text: string): void => {
    const { selectionStart: from, selectionEnd: to, value } = editor;
    const before = value.slice(0, from);
    const gap = before !== '' && !/[\s(,."]$/.test(before) ? ' ' : '';
    editor.setRangeText(gap + text, from, to, 'end');
    editor.focus();
  };
  const listPast = (): void => {
    older.replaceChildren(h('option', { value: '' }, t('sql.past')), ...past().map((sql) => h('option', { value: sql }, sql.replace(/\s+/g, ' ').slice(0, 80))));
  };
  older.addEventListener('change', () => {
    if (older.value !== '') editor.value = older.value;
    older.value = '';
    editor.focus();
  });
  const writeAddress = (): void => {
    const query = new URLSearchParams();
    if (editor.value.trim() !== '') query.set('q', editor.value);
    if (view === 'chart') query.set('view', view);
    if (limit.value !== '1000') query.set('limit', limit.value);
    rewrite(query.size > 0 ? `/sql?${query}` : '/sql');
  };
  const put = (next: Shown | null, ...nodes: Node[]): void => {
    shown?.dispose();
    shown = next;
    place.replaceChildren(...nodes, ...(next ? [next.element] : []));
  };
  const show = (): void => {
    for (const which of ['table', 'chart'] as const) views[which].setAttribute('aria-pressed', String(view === which));
    if (!answer) return;
    if (answer.rows.length === 0) {
      put(null, emptyNotice(t('sql.none'), t('sql.noneText')));
    } else if (view === 'table') put(resultTable(answer));
    else {
      const [what, given] = [drawable(answer), answer];
      if (!what) put(null, emptyNotice(t('sql.noChart'), t('sql.noChartText')));
      else {
        void import('./chart').then(({ chart }) => {
          if (!gone && answer === given && view === 'chart') put(chart(given, what));
        }, (error: unknown) => toast(errorSentence(error)));
      }
    }
  };
  const busy = (yes: boolean): void => {
    run.disabled = yes;
    cancel.hidden = !yes;
    place.setAttribute('aria-busy', String(yes));
  };
  const execute = async (): Promise<void> => {
    const sql = editor.value.trim();
    if (sql === '' || asked) return;
    const mine = new AbortController();
    asked = mine;
    writeAddress();
    busy(true);
    state.textContent = t('sql.running');
    const slow = setTimeout(() => (state.textContent = t('trend.slow')), SLOW_MS);
    try {
      answer = await runSql({ sql, limit: Number(limit.value) }, mine.signal);
      keepStatement(sql);
      listPast();
      state.textContent = `${t('sql.told', { n: answer.rows.length, ms: answer.elapsed_ms })}${answer.more ? ` ${t('sql.more')}` : ''}`;
      state.classList.toggle('more', answer.more);
      if (!gone) show();
    } catch (error) {
      state.textContent = mine.signal.aborted ? t('sql.cancelled') : '';
      if (!mine.signal.aborted && !gone) {
        answer = null;
        // What the server says of a statement names the place in it.
        if (error instanceof ApiError && error.status > 0) put(null, h('div', { class: 'sql-error', role: 'alert' }, h('p', {}, error.message), h('code', {}, error.code)));
        else put(null, errorNotice(error, () => void execute()));
      }
    } finally {
      clearTimeout(slow);
      asked = null;
      busy(false);
    }
  };
  const saveCsv = async (): Promise<void> => {
    const sql = editor.value.trim();
    if (sql === '') return;
    try {
      const got = await fetch('/api/v1/sql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ sql, format: 'csv', limit: CSV_ROWS }) });
      const text = await got.text();
      if (!got.ok) throw new Error((JSON.parse(text) as { error: { message: string } }).error.message);
      saveFile('query.csv', 'text/csv', text);
    } catch (error) {
      toast(errorSentence(error));
    }
  };
  editor.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void execute();
    }
    if (event.key === 'Escape') {
      if (asked) asked.abort();
      else editor.blur();
    }
  });
  limit.addEventListener('change', writeAddress);
  listPast();
  body.append(namesPane(insert), h('div', { class: 'sql-main' },
    h('div', { class: 'panel sql-editor' }, editor,
      h('div', { class: 'bar-plain' }, run, cancel, limit, older, state, h('span', { class: 'group' }, views.table, views.chart), csv)),
    place));
  if (editor.value !== '') void execute();
  else {
    put(null, emptyNotice(t('sql.start'), t('sql.startText'), button(EXAMPLE, () => {
      editor.value = EXAMPLE;
      void execute();
    })));
    editor.focus();
  }
  show();
  return {
    dispose() {
      gone = true;
      asked?.abort();
      shown?.dispose();
    },
    key(event) {
      if (event.key !== 'e') return false;
      void saveCsv();
      return true;
    },
  };
}
