// System: in one look, what the server does: lines, stores, clients; and what the journal last said.

import { h } from '../dom';
import { t, type Key } from '../i18n';
import { errorNotice } from '../notice';
import type { Page } from '../router';
import { durationWords } from '../show';
import { fullText, SECOND } from '../zone';
import { zone } from '../zones';
import { plainTable, systemFrame } from './frame';
import { listRows } from './rows';
import { every, readMetrics, readState, type State } from './state';
import { bytesText, countText, deviceBadge, historyBadge } from './words';
import type { Row } from './schema';

const REFRESH_MS = 2000;
const ENTRIES = 8;

const facts = (rows: [Key, string][]): HTMLElement =>
  h('dl', { class: 'facts' }, rows.flatMap(([key, value]) => [h('dt', {}, t(key)), h('dd', {}, value)]));

function panel(title: string, href: string | null, ...content: (Node | string)[]): HTMLElement {
  return h('section', { class: 'panel sys-card' },
    h('header', { class: 'card-head' }, h('h2', {}, href ? h('a', { href }, title) : title)), ...content);
}

function server(state: State, metrics: Map<string, number>): HTMLElement {
  const n = (name: string): string => countText(metrics.get(name));
  return panel(t('system.server'), null, facts([
    ['system.version', state.version], ['system.node', state.node], ['system.zone', state.timezone],
    ['system.started', fullText(zone(), state.started)], ['system.running', durationWords(state.now - state.started)],
    ['system.tags', n('live_tags')], ['system.stored', n('samples_stored_total')], ['system.rejected', n('samples_rejected_total')],
  ]));
}

function clients(metrics: Map<string, number>): HTMLElement {
  const n = (name: string): string => countText(metrics.get(name));
  return panel(t('system.clients'), null, facts([
    ['system.open', n('http_connections')], ['system.streams', n('http_streams')], ['system.waiting', n('http_waiting')],
    ['system.requests', n('http_requests_total')], ['system.failed', n('http_answers_total 5xx')], ['system.busy', n('http_busy_total')],
    ['system.bodies', bytesText(metrics.get('http_body_memory_bytes') ?? 0)],
  ]));
}

function lines(state: State): HTMLElement {
  const wrong = state.connections.filter((d) => d.state !== 'up' && d.state !== 'inactive');
  return panel(t('nav.devices'), '/devices', state.connections.length === 0
    ? h('p', { class: 'muted' }, t('devices.none'))
    : plainTable([t('devices.device'), t('devices.state'), t('devices.points'), t('devices.lastError')],
      (wrong.length > 0 ? wrong : state.connections).slice(0, 12).map((d) => [d.device, deviceBadge(d.state), d.points, d.state === 'up' ? '' : d.last_error])));
}

function stores(state: State, metrics: Map<string, number>): HTMLElement {
  return panel(t('nav.histories'), '/histories', plainTable(
    [t('views.name'), t('devices.state'), t('history.rows'), t('history.bytes'), t('history.backlog')],
    state.histories.map((one) => [one.name, historyBadge(one.status),
      h('span', { class: 'number' }, countText(one.rows)),
      h('span', { class: 'number' }, bytesText(one.bytes)), h('span', { class: 'number' }, bytesText(metrics.get(`store_merge_backlog_bytes ${one.name}`) ?? 0))])));
}

function entries(rows: Row[]): HTMLElement {
  return panel(t('nav.journal'), '/journal', rows.length === 0 ? h('p', { class: 'muted' }, t('journal.empty'))
    : h('ul', { class: 'entries' }, rows.map((row) => h('li', { class: `prior-${String(row.Prior)}` },
      h('time', { class: 'muted' }, fullText(zone(), (row.Tm as number) * SECOND)), ' ', String(row.Event ?? '')))));
}

export function mount(main: HTMLElement): Page {
  const body = systemFrame(main, 'system');
  const place = h('div', { class: 'sys-cards' });
  body.append(place);
  const stop = every(REFRESH_MS, async () => {
    const [state, metrics, log] = await Promise.all([readState(), readMetrics(),
      listRows('TB_Log', { order: '-LogId', limit: String(ENTRIES) }).catch(() => ({ rows: [] as Row[] }))]);
    place.replaceChildren(server(state, metrics), lines(state), stores(state, metrics), clients(metrics), entries(log.rows));
  }, (error) => place.replaceChildren(errorNotice(error, () => location.reload())));
  return { dispose: stop };
}
