// The dialog in which a row is made, changed or deleted. A row may come in parts that stand in
// several tables (a point and how it is recorded): they are saved one after the other.

import { ApiError } from '../api';
import { openDialog, Problem } from '../dialog';
import { h } from '../dom';
import { t } from '../i18n';
import { errorSentence, toast } from '../notice';
import { zone } from '../zones';
import { fieldText } from './fields';
import { columnTitle, RowForm, type FormOptions } from './form';
import { button } from './frame';
import { getRow, isConflict, patchRow, removeRow, writeRows, type Marked } from './rows';
import { keyOf, type Row, type Table } from './schema';

export interface Part extends FormOptions {
  table: Table;
  /** What is there; null to create. */
  found: Marked | null;
  /** For a new row: what it begins with, columns without a field included. */
  preset?: Row;
  title?: string;
  /** Made only when something was entered. */
  optional?: boolean;
  /** Columns that come from the part before it, once that is saved. */
  follow?: (first: Row) => Row;
}

export interface EditorOptions {
  title: string;
  parts: Part[];
  /** After each change; the row of the first part, or null after its deletion. */
  done: (row: Row | null) => void;
  /** Deletes; without it the first part's row is deleted alone. */
  remove?: (first: Marked) => Promise<void>;
  deletable?: boolean;
}

interface Saving extends Part {
  form: RowForm;
}

/** The column that an error is about: told apart, or named in its sentence. */
const columnOf = (error: ApiError): string | undefined => error.field ?? /column "(\w+)"/.exec(error.message)?.[1];

/** What someone else made of the row, beside what stands in the form. */
function conflictView(part: Saving, mine: Row, theirs: Marked, take: () => void, keep: () => void): HTMLElement {
  const text = (name: string, row: Row): string => {
    const column = part.table.columns.find((c) => c.name === name)!;
    return fieldText(column, row[name], zone()) || '—';
  };
  const before = part.found!.row;
  const names = part.table.columns.map((c) => c.name).filter((name) =>
    (name in mine && mine[name] !== theirs.row[name]) || before[name] !== theirs.row[name]);
  return h('div', { class: 'conflict', role: 'alert' },
    h('h3', {}, t('conflict.title')),
    h('table', { class: 'grid' },
      h('thead', {}, h('tr', {}, ['', t('conflict.before'), t('conflict.theirs'), t('conflict.mine')].map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, names.map((name) => h('tr', {}, h('th', { scope: 'row' }, columnTitle(name)),
        h('td', {}, text(name, before)), h('td', {}, text(name, theirs.row)), h('td', {}, name in mine ? text(name, mine) : '—'))))),
    h('div', { class: 'bar-plain' }, button(t('conflict.take'), take), button(t('conflict.keep'), keep)));
}

export function openEditor({ title, parts, done, remove, deletable = true }: EditorOptions): void {
  const problem = new Problem();
  const clash = h('div');
  const list: Saving[] = parts.map((part) => ({
    ...part,
    form: new RowForm(part.table, part.found?.row ?? part.preset ?? {}, { ...part, lockKey: part.found !== null }),
  }));
  const first = list[0];

  const saveOne = async (part: Saving): Promise<boolean> => {
    const exists = part.found !== null;
    if (!exists && part.optional && part.form.untouched()) return true;
    const typed = part.form.read(exists);
    if (!typed) return false;
    if (exists) {
      if (Object.keys(typed).length === 0) return true;
      const key = keyOf(part.table, part.found!.row);
      try {
        part.found = await patchRow(part.table.name, key, typed, part.found!.etag);
      } catch (error) {
        if (!isConflict(error)) throw error;
        showClash(part, typed, await getRow(part.table.name, key));
        return false;
      }
      return true;
    }
    const row = { ...part.preset, ...typed, ...(part === first ? {} : part.follow?.(first.found!.row)) };
    const { keys } = await writeRows(part.table.name, row);
    part.found = await getRow(part.table.name, keys[0]);
    return true;
  };

  const showClash = (part: Saving, mine: Row, theirs: Marked): void => {
    const away = (): void => clash.replaceChildren();
    clash.replaceChildren(conflictView(part, mine, theirs, () => {
      part.found = theirs;
      part.form.fill(theirs.row);
      away();
    }, () => {
      part.found = { row: part.found!.row, etag: theirs.etag };
      away();
      void save();
    }));
  };

  const save = (): Promise<void> => problem.run(async () => {
    for (const part of list) {
      try {
        if (!(await saveOne(part))) return;
      } catch (error) {
        if (error instanceof ApiError && part.form.say(columnOf(error), error.message)) return;
        throw error;
      }
    }
    dialog.close();
    done(first.found!.row);
  });

  const askRemoval = (): void => {
    const sure = button(t('form.deleteSure'), () => void problem.run(async () => {
      if (remove) await remove(first.found!);
      else await removeRow(first.table.name, keyOf(first.table, first.found!.row), first.found!.etag);
      dialog.close();
      toast(t('form.deleted'));
      done(null);
    }), 'framed danger');
    deleteButton.replaceWith(sure);
    sure.focus();
  };
  const deleteButton = button(t('action.delete'), askRemoval, 'framed danger');
  const dialog = openDialog(title, [
    h('form', { class: 'editor', onsubmit: (event: Event) => {
      event.preventDefault();
      void save();
    } }, list.map((part) => [
      part.title ? h('h3', {}, part.title) : null, part.form.element]).flat(), h('button', { type: 'submit', hidden: true })),
    clash, problem.element,
  ], [first.found && deletable ? deleteButton : h('span'), h('span', { class: 'spacer' }), button(t('action.save'), () => void save(), 'primary')]);
  dialog.classList.add('wide-dialog');
  list[0].form.element.querySelector<HTMLElement>('input:not([disabled]), select:not([disabled]), textarea:not([disabled])')?.focus();
}

/** A row of any table, with all its columns. */
export function editRow(table: Table, found: Marked | null, done: (row: Row | null) => void, hints: FormOptions['hints'] = {}): void {
  const columns = table.columns.filter((c) => !c.secret && !(c.numbered && !found)).map((c) => c.name);
  openEditor({
    title: found ? t('form.changeIn', { table: table.name, key: decodeURIComponent(keyOf(table, found.row)) }) : t('form.newIn', { table: table.name }),
    parts: [{ table, found, columns, hints }],
    done,
  });
}

/** Says what went wrong with a row that has no form open. */
export const sayError = (error: unknown): void => toast(errorSentence(error));
