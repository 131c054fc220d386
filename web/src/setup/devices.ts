// Devices: the lines to the plant, what hangs on them with its state, and the memory map of the
// device that is looked at. What is changed here is collected by at once.

import { h } from '../dom';
import { t } from '../i18n';
import { emptyNotice, errorNotice, toast } from '../notice';
import { go, rewrite, type Page } from '../router';
import { serverNow } from '../stream';
import { loadTags } from '../tags';
import { devicePane, type DevicePane } from './device';
import { openEditor } from './editor';
import { button, systemFrame } from './frame';
import { CONNECTION, DEVICE, deviceTypes } from './hints';
import { everyRow, getRow } from './rows';
import { tableOf, type Row } from './schema';
import { every, readState, type DeviceState } from './state';
import { countText, deviceBadge } from './words';
import { sayError } from './editor';
import { shortTime } from '../show';

const REFRESH_MS = 2000;
const FIRST_OWN_TYPE = 100;

export interface Plant {
  connections: Row[];
  devices: Row[];
  types: Map<number, string>;
  states: DeviceState[];
}

export const stateOf = (plant: Plant, device: Row): DeviceState | undefined => plant.states.find((s) => s.device === device.Name);

export function mount(main: HTMLElement, url: URL): Page {
  const body = systemFrame(main, 'devices', 'split');
  const list = h('div', { class: 'panel side-list' });
  const detail = h('aside', { class: 'panel detail', 'aria-label': t('devices.detail') });
  let plant: Plant = { connections: [], devices: [], types: new Map(), states: [] };
  let chosen = Number(url.searchParams.get('device') ?? '0');
  let pane: DevicePane | null = null;
  let gone = false;

  const changed = (): void => {
    void load();
    setTimeout(() => void loadTags(), 300);
  };
  const editConnection = async (id: number | null): Promise<void> => {
    const table = await tableOf('TB_Connections');
    const found = id === null ? null : await getRow('TB_Connections', String(id));
    openEditor({ title: t(found ? 'devices.changeConnection' : 'devices.newConnection'), parts: [{ table, found, ...CONNECTION }], done: changed });
  };
  const editDevice = async (id: number | null, preset: Row = {}): Promise<void> => {
    const table = await tableOf('TB_Devices');
    const found = id === null ? null : await getRow('TB_Devices', String(id));
    openEditor({
      title: t(found ? 'devices.changeDevice' : 'devices.newDevice'), parts: [{ table, found, preset: { IsActive: 1, SubType: 0, ...preset }, ...DEVICE }],
      done: (row) => {
        choose(row === null ? 0 : row.DevId as number);
        changed();
      },
    });
  };
  const newType = async (): Promise<void> => {
    const table = await tableOf('TB_Strings');
    const free = Math.max(FIRST_OWN_TYPE - 1, ...(await deviceTypes()).map((type) => type.value)) + 1;
    openEditor({
      title: t('devices.newType'), parts: [{ table, found: null, preset: { Part: 2, TextId: free }, columns: ['Name', 'TextId', 'Comment'] }],
      done: (row) => {
        if (row) toast(t('devices.typeMade', { name: String(row.Name), n: String(row.TextId) }));
        changed();
      },
    });
  };
  const guarded = (work: () => Promise<void>) => (): void => void work().catch(sayError);

  const choose = (id: number): void => {
    chosen = id;
    rewrite(id === 0 ? '/devices' : `/devices?device=${id}`);
    showDetail();
    paint();
  };

  const deviceLine = (device: Row): HTMLElement => {
    const state = stateOf(plant, device);
    const mine = device.DevId === chosen;
    return h('tr', { class: mine ? 'selected' : null },
      h('td', {}, h('a', { href: `/devices?device=${String(device.DevId)}`, 'data-device': String(device.DevId), 'aria-current': mine ? 'true' : null }, String(device.Name ?? device.DevId))),
      h('td', {}, state ? deviceBadge(state.state) : h('span', { class: 'muted' }, t(device.IsActive === 0 ? 'device.inactive' : 'device.idle'))),
      h('td', { class: 'number' }, state ? countText(state.points) : ''),
      h('td', { class: 'number wide-only' }, state ? countText(state.polls) : ''),
      h('td', { class: 'number wide-only' }, state && state.failures > 0 ? countText(state.failures) : ''),
      h('td', { class: 'last-error' }, state?.last_error && state.state !== 'up'
        ? h('span', { title: state.last_error }, `${shortTime(state.last_error_time ?? 0, serverNow())} ${state.last_error}`) : ''));
  };
  const group = (connection: Row | null, devices: Row[]): HTMLElement[] => [
    h('tr', { class: 'group-row' }, h('th', { colspan: '6', scope: 'colgroup' },
      connection
        ? [h('button', { class: 'button link-like', type: 'button', title: t('action.edit'), onclick: guarded(() => editConnection(connection.ConnId as number)) }, String(connection.Name ?? connection.ConnId), '\u00a0✎'),
          h('span', { class: 'muted' }, ` ${String(connection.DLL ?? '')} ${String(connection.IniStr ?? '')}`),
          h('button', { class: 'button small', type: 'button', onclick: guarded(() => editDevice(null, { ConnId: connection.ConnId })) }, `+ ${t('devices.device')}`)]
        : [t('devices.noConnection')])),
    ...devices.map(deviceLine),
  ];

  const paint = (): void => {
    const { connections, devices } = plant;
    if (connections.length + devices.length === 0) {
      list.replaceChildren(emptyNotice(t('devices.none'), t('devices.noneText'), button(t('devices.newConnection'), guarded(() => editConnection(null)), 'primary')));
      return;
    }
    const loose = devices.filter((d) => !connections.some((c) => c.ConnId === d.ConnId));
    const focused = (document.activeElement as HTMLElement | null)?.dataset.device;
    list.replaceChildren(h('div', { class: 'scroll-x', tabindex: '0' }, h('table', { class: 'grid devices-grid' },
      h('thead', {}, h('tr', {}, [t('devices.device'), t('devices.state')].map((text) => h('th', { scope: 'col' }, text)),
        h('th', { scope: 'col', class: 'number' }, t('devices.points')), h('th', { scope: 'col', class: 'number wide-only' }, t('devices.polls')),
        h('th', { scope: 'col', class: 'number wide-only' }, t('devices.failures')), h('th', { scope: 'col' }, t('devices.lastError')))),
      h('tbody', {}, connections.flatMap((c) => group(c, devices.filter((d) => d.ConnId === c.ConnId))), loose.length > 0 ? group(null, loose) : []))));
    if (focused) list.querySelector<HTMLElement>(`[data-device="${focused}"]`)?.focus({ preventScroll: true });
  };
  const showDetail = (): void => {
    const device = plant.devices.find((d) => d.DevId === chosen);
    if (!device) {
      pane = null;
      detail.replaceChildren(h('p', { class: 'muted' }, t('devices.choose')));
      return;
    }
    pane = devicePane(detail, plant, device, { edit: guarded(() => editDevice(chosen)), changed });
  };
  const load = async (): Promise<void> => {
    const [connections, devices, types] = await Promise.all([everyRow('TB_Connections'), everyRow('TB_Devices'), deviceTypes()]);
    if (gone) return;
    plant = { ...plant, connections, devices, types: new Map(types.map((type) => [type.value, type.text])) };
    showDetail();
    paint();
  };

  const bar = h('div', { class: 'bar' },
    button(t('devices.newConnection'), guarded(() => editConnection(null))), button(t('devices.newDevice'), guarded(() => editDevice(null))),
    button(t('devices.newType'), guarded(newType)), h('span', { class: 'spacer' }), h('a', { class: 'button', href: '/points?edit=1' }, t('devices.toPoints')));
  body.before(bar);
  body.append(list, detail);
  let loaded = false;
  const stop = every(REFRESH_MS, async () => {
    if (!loaded) {
      await load();
      loaded = true;
    }
    plant.states = (await readState()).connections;
    if (gone) return;
    paint();
    pane?.tick(plant);
  }, (error) => list.replaceChildren(errorNotice(error, () => go(location.pathname + location.search))));
  return {
    dispose() {
      gone = true;
      stop();
    },
    navigate(next) {
      choose(Number(next.searchParams.get('device') ?? '0'));
    },
  };
}
