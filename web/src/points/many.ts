// Several points at once: a column set for all of them in one transaction, a move, a deletion. And
// the quick change of one name.

import { openDialog, Problem } from '../dialog';
import { h } from '../dom';
import { t } from '../i18n';
import { toast } from '../notice';
import { columnTitle, RowForm } from '../setup/form';
import { button } from '../setup/frame';
import { BRANCH, type PlantRow } from '../setup/plant';
import { branches, OPTION_COLUMNS, OPTION_MORE, removePoint } from '../setup/point';
import { getRow, patchRow, writeRows } from '../setup/rows';
import { tableOf, type Row } from '../setup/schema';

const OBJECT_COLUMNS = ['Parent', 'Type', 'DevId', 'DimId', 'Koeff', 'EnableReact', 'Min2', 'Min1', 'Max1', 'Max2', 'Time1', 'Time2', 'DisableTrend'];

const names = (rows: PlantRow[]): HTMLElement =>
  h('p', { class: 'muted' }, rows.slice(0, 5).map((row) => row.path).join(', '), rows.length > 5 ? ' …' : '');

/** Sets one column of all rows. */
export async function changeMany(rows: PlantRow[], done: () => void): Promise<void> {
  const [objects, options] = await Promise.all([tableOf('TB_Objects'), tableOf('vv_point_option')]);
  const optional = [...OPTION_COLUMNS, ...OPTION_MORE];
  const problem = new Problem();
  const place = h('div');
  const which = h('select', { class: 'select', 'aria-label': t('filter.column') },
    [...OBJECT_COLUMNS, ...optional].map((name) => h('option', { value: name }, columnTitle(name) === name ? name : `${columnTitle(name)} (${name})`)));
  let form: RowForm;
  const show = (): void => {
    const table = optional.includes(which.value) ? options : objects;
    form = new RowForm(table, {}, { columns: [which.value], hints: { Parent: { options: branches } } });
    place.replaceChildren(form.element);
  };
  which.addEventListener('change', show);
  which.value = 'Period_s';
  show();
  const save = (): Promise<void> => problem.run(async () => {
    const set = form.read(false);
    if (!set) return;
    // A key with the column alone: what is not named stays as it is.
    const value = set[which.value] ?? null;
    await writeRows(form.table.name, rows.map((row): Row => ({ ObjId: row.id, ...(row.option || form.table === objects ? {} : { Mode: 'change' }), [which.value]: value })), 'upsert');
    dialog.close();
    toast(t('points.changedMany', { n: rows.length }));
    done();
  });
  const dialog = openDialog(t('points.changeTitle', { n: rows.length }), [names(rows), which, place, problem.element], [button(t('action.save'), () => void save(), 'primary')]);
  which.focus();
}

/** Deletes, the deepest first; stops at the first that is refused and says which. */
export function deleteMany(rows: PlantRow[], done: () => void): void {
  const problem = new Problem();
  const sure = button(t('form.deleteSure'), () => void problem.run(async () => {
    try {
      for (const row of [...rows].sort((a, b) => b.depth - a.depth)) {
        await removePoint(await getRow('TB_Objects', String(row.id)));
      }
    } finally {
      done();
    }
    dialog.close();
    toast(t('form.deleted'));
  }), 'framed danger');
  const dialog = openDialog(t('points.deleteTitle', { n: rows.length }), [names(rows),
    h('p', {}, t(rows.some((row) => row.object.Type === BRANCH) ? 'points.deleteBranches' : 'points.deleteText')), problem.element], [sure]);
}

/** Only the name, on F2. */
export async function renamePoint(row: PlantRow, done: () => void): Promise<void> {
  const table = await tableOf('TB_Objects');
  const found = await getRow('TB_Objects', String(row.id));
  const problem = new Problem();
  const form = new RowForm(table, found.row, { columns: ['Name'] });
  const save = (): Promise<void> => problem.run(async () => {
    const part = form.read(true);
    if (!part) return;
    if (Object.keys(part).length > 0) await patchRow('TB_Objects', String(row.id), part, found.etag);
    dialog.close();
    done();
  });
  const dialog = openDialog(t('points.rename'), [h('form', { onsubmit: (event: Event) => {
    event.preventDefault();
    void save();
  } }, form.element), problem.element], [button(t('action.save'), () => void save(), 'primary')]);
  form.element.querySelector<HTMLElement>('input, textarea')?.focus();
}
