// A point or branch in the editor: its row of TB_Objects and how it is recorded, in one form.

import { t } from '../i18n';
import { loadTags } from '../tags';
import { openEditor } from './editor';
import type { Hints } from './form';
import { BRANCH, pathsOf } from './plant';
import { everyRow, findRow, getRow, removeRow, type Marked } from './rows';
import { tableOf, type Row } from './schema';

const POINT_MORE = ['ShortName', 'Koeff', 'Period', 'Calc', 'CalcId', 'Formula', 'Accu', 'EnableReact', 'Min2', 'Min1', 'Max1', 'Max2',
  'ReactAlrm', 'ReactWarn', 'ReactNorm', 'TarifId', 'Time1', 'Time2', 'DisableTrend'];

export const OPTION_COLUMNS = ['Period_s', 'Mode', 'HistoryId', 'Decimals'];
export const OPTION_MORE = ['DeadBand', 'DeadBandKind', 'Deviation', 'Timeout_s', 'Validity_s', 'Interpolation'];

/** Branches by their paths; the root first. */
export const branches = async (): Promise<{ value: number; text: string }[]> => {
  const rows = await everyRow('TB_Objects', { Type: String(BRANCH) });
  return [...pathsOf(rows)].map(([value, text]) => ({ value, text })).sort((a, b) => a.text.localeCompare(b.text, undefined, { numeric: true }));
};

/** The parameters of every device's type, once each number. */
const parameters = (device: number) => async (): Promise<{ value: number; text: string }[] | null> => {
  if (!device) return null;
  const { row } = await getRow('TB_Devices', String(device));
  const rows = await everyRow('vv_param_map', { DevType: String(row.Type ?? 0), SubType: String(row.SubType ?? 0), order: 'MemInd' });
  return rows.map((r) => ({ value: r.MemInd as number, text: `${String(r.MemInd)} · ${String(r.Name)}` }));
};

export interface PointEdit {
  id?: number; // none: a new one
  preset?: Row;
  /** How a new point is recorded, where that is more than the defaults. */
  recording?: Row;
  done: (row: Row | null) => void;
}

/** Deletes a point with how it is recorded and its newest value; what was recorded stays. */
export const removePoint = (point: Marked): Promise<void> => removeRow('TB_Objects', String(point.row.ObjId), point.etag, true);

export async function editPoint({ id, preset = {}, recording, done }: PointEdit): Promise<void> {
  const [objects, options] = await Promise.all([tableOf('TB_Objects'), tableOf('vv_point_option')]);
  const found = id === undefined ? null : await getRow('TB_Objects', String(id));
  const option = id === undefined ? null : await findRow('vv_point_option', String(id));
  const row = found?.row ?? preset;
  const branch = row.Type === BRANCH;
  const hints: Hints = { Parent: { options: branches }, MemInd: { options: parameters(Number(row.DevId ?? 0)) } };
  openEditor({
    title: t(found ? (branch ? 'points.changeBranch' : 'points.changePoint') : branch ? 'points.newBranch' : 'points.newPoint'),
    parts: [
      {
        table: objects, found, preset: { Type: 1, Parent: 0, ...preset }, hints,
        columns: branch ? ['Name', 'Parent'] : ['Name', 'Parent', 'Type', 'DevId', 'MemInd', 'DimId'], more: branch ? ['ShortName'] : POINT_MORE,
      },
      {
        table: options, found: option, optional: recording === undefined, preset: { Mode: 'change', ...recording }, title: t(branch ? 'points.recordingBelow' : 'points.recording'),
        columns: OPTION_COLUMNS, more: OPTION_MORE, follow: (first) => ({ ObjId: first.ObjId }),
      },
    ],
    remove: removePoint,
    done: (saved) => {
      setTimeout(() => void loadTags(), 300);
      done(saved);
    },
  });
}

