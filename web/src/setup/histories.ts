// Histories: what each history database holds, how its store gets on, and its partitions.

import { ApiError } from '../api';
import { h } from '../dom';
import { t, type Key } from '../i18n';
import { errorNotice, errorSentence } from '../notice';
import { rewrite, type Page } from '../router';
import { ageText, durationWords } from '../show';
import { runSql } from '../sql/ask';
import { serverNow } from '../stream';
import { dateText, fullText } from '../zone';
import { onZone, zone } from '../zones';
import { button, plainTable, systemFrame } from './frame';
import { every, readMetrics, readState, type HistoryState } from './state';
import { bytesText, countText, historyBadge } from './words';

const REFRESH_MS = 3000;
const NEWEST_SQL = 'SELECT max(Timestamp) FROM ScadaTagHistory WHERE ProviderId = ? AND Timestamp > ?';
const PARTITIONS_SQL = `SELECT p.Name, p.StartTime, p.EndTime, p."Rows" FROM varve_tables p
  WHERE p.Kind = 'partition' AND p.History = ? ORDER BY p.StartTime DESC LIMIT 500`;

const facts = (rows: [Key, string | HTMLElement][]): HTMLElement =>
  h('dl', { class: 'facts' }, rows.flatMap(([key, value]) => [h('dt', {}, t(key)), h('dd', {}, value)]));

function card(state: HistoryState, metrics: Map<string, number>, open: () => void): HTMLElement {
  const of = (name: string): number | undefined => metrics.get(`store_${name} ${state.name}`);
  const bytes = (name: string): string => (of(name) === undefined ? '—' : bytesText(of(name)!));
  const age = of('unflushed_age_ms');
  return h('section', { class: 'panel sys-card' },
    h('header', { class: 'card-head' }, h('h2', {}, state.name), historyBadge(state.status)),
    state.trouble && h('p', { class: 'field-problem' }, state.trouble),
    facts([
      ['history.store', state.store], ['history.layout', state.layout],
      ['history.series', countText(state.series)], ['history.rows', countText(state.rows)], ['history.bytes', bytesText(state.bytes)],
      ['history.parts', countText(of('parts'))], ['history.backlog', bytes('merge_backlog_bytes')],
      ['history.head', countText(of('head_rows'))], ['history.memory', bytes('memory_bytes')],
      ['history.unflushed', age === undefined ? '—' : age === 0 ? t('history.nothingWaits') : durationWords(age)],
      ['history.log', bytes('log_bytes')], ['history.damaged', countText(state.damaged)],
    ]),
    h('div', { class: 'bar-plain' }, button(t('history.partitions'), open)));
}

async function partitions(name: string): Promise<HTMLElement> {
  const { rows } = await runSql({ sql: PARTITIONS_SQL, params: [name], limit: 500 });
  const now = serverNow();
  return plainTable([t('history.partition'), t('history.from'), t('history.to'), t('history.rows'), ''], rows.map(([table, start, end, count]) => [
    h('code', {}, String(table)),
    typeof start === 'number' ? fullText(zone(), start) : '—',
    typeof end === 'number' ? (end > now ? t('history.current') : dateText(zone(), end)) : '—',
    h('span', { class: 'number' }, typeof count === 'number' ? countText(count) : '—'),
    h('a', { href: `/sql?${new URLSearchParams({ q: `SELECT * FROM "${String(table)}" ORDER BY Timestamp DESC LIMIT 100` })}` }, 'SQL'),
  ]));
}

export function mount(main: HTMLElement, url: URL): Page {
  const body = systemFrame(main, 'histories');
  const cards = h('div', { class: 'sys-cards' });
  const place = h('section', { class: 'panel', hidden: true });
  const notice = h('div');
  body.append(notice, cards, place);
  let chosen = url.searchParams.get('history') ?? '';
  let states: HistoryState[] = [];

  const open = (name: string): void => {
    chosen = name;
    rewrite(`/histories?${new URLSearchParams({ history: name })}`);
    void showPartitions();
  };
  const showPartitions = async (): Promise<void> => {
    place.hidden = false;
    const newest = h('p', { class: 'pad muted' });
    const box = h('div', {}, h('div', { class: 'notice' }, t('loading')));
    place.replaceChildren(h('h2', { class: 'pad' }, t('history.partitionsOf', { name: chosen })), newest, box);
    try {
      box.replaceChildren(await partitions(chosen));
      const state = states.find((s) => s.name === chosen);
      if (state?.layout !== 'scada') return;
      for (const back of [3_600_000, 7 * 86_400_000, Infinity]) {
        const since = back === Infinity ? 0 : serverNow() - back;
        const { rows: [[time]] } = await runSql({ sql: NEWEST_SQL, params: [state.provider, Math.round(since)], limit: 1 });
        if (typeof time !== 'number') continue;
        newest.textContent = t('history.newest', { time: fullText(zone(), time), age: ageText(serverNow() - time) });
        return;
      }
    } catch (error) {
      box.replaceChildren(error instanceof ApiError && error.status === 403 ? h('p', { class: 'pad muted' }, errorSentence(error)) : errorNotice(error, () => void showPartitions()));
    }
  };
  const stop = every(REFRESH_MS, async () => {
    const [state, metrics] = await Promise.all([readState(), readMetrics()]);
    const first = states.length === 0;
    states = state.histories;
    notice.replaceChildren();
    const focused = document.activeElement instanceof HTMLButtonElement && cards.contains(document.activeElement)
      ? [...cards.querySelectorAll('button')].indexOf(document.activeElement) : -1;
    cards.replaceChildren(...states.map((one) => card(one, metrics, () => open(one.name))));
    cards.querySelectorAll('button')[focused]?.focus();
    if (first && states.length > 0 && (chosen !== '' || states.length === 1)) {
      chosen ||= states[0].name;
      await showPartitions();
    }
  }, (error) => notice.replaceChildren(errorNotice(error, () => location.reload())));
  const off = onZone(() => chosen && void showPartitions());
  return {
    dispose() {
      stop();
      off();
    },
  };
}
