// One device: its state, and the memory map of its type with the points that are read from it.

import { pointHref } from '../address';
import { h, setText } from '../dom';
import { t, type Key } from '../i18n';
import { errorNotice } from '../notice';
import { shortTime } from '../show';
import { serverNow } from '../stream';
import { fullText } from '../zone';
import { zone } from '../zones';
import { importCsv } from './csvfile';
import { stateOf, type Plant } from './devices';
import { openEditor, sayError } from './editor';
import { button, plainTable } from './frame';
import { mapFilter, PARAMETER } from './hints';
import { pathsOf } from './plant';
import { editPoint } from './point';
import { csvHref, everyRow, getRow } from './rows';
import { keyOf, tableOf, type Row } from './schema';
import { countText, deviceBadge } from './words';

export interface DevicePane {
  tick(plant: Plant): void;
}

interface Acts {
  edit: () => void;
  changed: () => void;
}

export function devicePane(into: HTMLElement, plant: Plant, device: Row, { edit, changed }: Acts): DevicePane {
  const [type, subtype] = [Number(device.Type ?? 0), Number(device.SubType ?? 0)];
  const badge = h('span');
  const cells = new Map<Key, HTMLElement>();
  const names: Key[] = ['devices.polls', 'devices.failures', 'devices.samples', 'devices.lost', 'devices.pollTime', 'devices.lastGood', 'devices.lastError'];
  for (const name of names) cells.set(name, h('dd', {}, '—'));
  const map = h('div', {}, h('div', { class: 'notice' }, t('loading')));
  const connection = plant.connections.find((c) => c.ConnId === device.ConnId);
  into.replaceChildren(
    h('header', { class: 'card-head' }, h('h2', {}, String(device.Name ?? device.DevId)), badge, h('span', { class: 'spacer' }), button(t('action.edit'), edit)),
    h('dl', { class: 'facts' },
      h('dt', {}, t('devices.connection')), h('dd', {}, connection ? `${String(connection.Name)} (${String(connection.DLL ?? '')})` : '—'),
      h('dt', {}, t('devices.settings')), h('dd', {}, String(device.ConnStr ?? '—')),
      h('dt', {}, t('devices.type')), h('dd', {}, plant.types.get(type) ?? String(type)),
      names.flatMap((name) => [h('dt', {}, t(name)), cells.get(name)!])),
    map);

  const tick = (now: Plant): void => {
    const state = stateOf(now, device);
    badge.replaceChildren(state ? deviceBadge(state.state) : '');
    const put = (name: Key, text: string): void => setText(cells.get(name)!, text);
    if (!state) return;
    put('devices.polls', countText(state.polls));
    put('devices.failures', countText(state.failures));
    put('devices.samples', countText(state.samples));
    put('devices.lost', countText(state.lost + state.overruns));
    put('devices.pollTime', state.polls > 0 ? t('length.ms', { n: Math.round(state.poll_ms * 100) / 100 }) : '—');
    put('devices.lastGood', state.last_good ? fullText(zone(), state.last_good) : '—');
    put('devices.lastError', state.last_error ? `${shortTime(state.last_error_time ?? 0, serverNow())} ${state.last_error}` : '—');
  };

  const parameter = async (row: Row | null, free: number): Promise<void> => {
    const table = await tableOf('vv_param_map');
    const found = row ? await getRow('vv_param_map', keyOf(table, row)) : null;
    openEditor({
      title: t(found ? 'devices.changeParameter' : 'devices.newParameter'),
      parts: [{ table, found, preset: { DevType: type, SubType: subtype, MemInd: free, DataType: 'f32', Writable: false }, ...PARAMETER }],
      done: () => {
        changed();
      },
    });
  };

  const showMap = async (): Promise<void> => {
    try {
      const [rows, objects, units] = await Promise.all([
        everyRow('vv_param_map', { ...mapFilter(type, subtype), order: 'MemInd' }), everyRow('TB_Objects'), everyRow('TB_Dim')]);
      const paths = pathsOf(objects);
      const dims = new Map(units.map((u) => [u.DimId, String(u.Name)]));
      const free = Math.max(0, ...rows.map((r) => r.MemInd as number)) + 1;
      const newPoint = (row: Row): Promise<void> => editPoint({
        preset: { DevId: device.DevId, MemInd: row.MemInd, Name: row.Name, DimId: row.DimId, Type: row.DataType === 'bit' ? 2 : 1 },
        recording: { Period_s: 1, Interpolation: /^f/.test(String(row.DataType)) ? 'linear' : 'step' }, done: changed,
      }).catch(sayError);
      const use = (row: Row): HTMLElement => {
        const point = objects.find((o) => o.DevId === device.DevId && o.MemInd === row.MemInd);
        const path = point && paths.get(point.ObjId as number);
        return path
          ? h('a', { href: pointHref(path) }, path)
          : h('button', { class: 'button small', type: 'button', 'aria-label': `${t('points.newPoint')}: ${String(row.Name)}`, onclick: () => void newPoint(row) }, `+ ${t('points.newPoint')}`);
      };
      const edits = (row: Row): HTMLElement => h('button', { class: 'button link-like', type: 'button', title: t('action.edit'), onclick: () => void parameter(row, free).catch(sayError) }, String(row.Name), '\u00a0✎');
      const query = new URLSearchParams(mapFilter(type, subtype));
      map.replaceChildren(
        h('div', { class: 'bar-plain' }, h('h3', {}, t('devices.map')), h('span', { class: 'spacer' }),
          button(`+ ${t('devices.parameter')}`, () => void parameter(null, free).catch(sayError)),
          h('a', { class: 'button framed', download: 'map.csv', href: csvHref('vv_param_map', query) }, 'CSV'),
          button(t('csv.import'), () => importCsv('vv_param_map', changed))),
        rows.length === 0 ? h('p', { class: 'muted' }, t('devices.mapEmpty'))
          : plainTable(['№', t('field.Name'), t('field.Address'), t('field.DataType'), t('field.Scale'), t('field.DimId'), t('devices.point')],
            rows.map((row) => [row.MemInd as number, edits(row), h('code', {}, String(row.Address)),
              `${String(row.DataType)}${row.WordOrder ? ` ${String(row.WordOrder)}` : ''}`, row.Scale === null || row.Scale === 1 ? '' : row.Scale as number,
              dims.get(row.DimId) ?? '', use(row)])));
    } catch (error) {
      map.replaceChildren(errorNotice(error, () => void showMap()));
    }
  };
  tick(plant);
  void showMap();
  return { tick };
}
