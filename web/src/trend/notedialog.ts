// Writing, changing and deleting a note, and what was done to it before. Loaded when first used.

import { labelled, openDialog, Problem } from '../dialog';
import { h } from '../dom';
import { t } from '../i18n';
import { changeRow, createRow, deleteRow, journalOf } from '../ledger';
import { parseTime } from '../timeinput';
import { fullText } from '../zone';
import { zone } from '../zones';
import type { Note } from './notes';

export interface Draft {
  note: Note | null; // null: a new one
  from: number;
  to: number | null;
  targets: { value: string; text: string }[]; // the first is chosen
  now: number;
}

/** A typed time; null when it is none, or exists twice or not at all. */
function timeOf(input: HTMLInputElement, now: number): number | null {
  const typed = parseTime(input.value, zone(), now);
  return typed.kind === 'time' ? Math.round(typed.time) : null;
}

export function openNote(draft: Draft, done: () => void): void {
  const { note, now } = draft;
  const text = h('textarea', { class: 'field', rows: 4, maxlength: 4000, required: true });
  text.value = note?.Text ?? '';
  const target = h('select', { class: 'select' }, draft.targets.map(({ value, text: name }) => h('option', { value }, name)));
  if (note) target.value = note.Target;
  const time = (value: number | null): HTMLInputElement => {
    const input = h('input', { class: 'field', type: 'text', title: t('trend.typedHint'), autocomplete: 'off' });
    input.value = value === null ? '' : fullText(zone(), Math.round(value));
    return input;
  };
  const from = time(note ? note.FromTime : draft.from);
  const to = time(note ? note.ToTime : draft.to);
  const problem = new Problem();
  const save = async (): Promise<void> => {
    const [start, end] = [timeOf(from, now), to.value.trim() === '' ? null : timeOf(to, now)];
    if (text.value.trim() === '') return problem.say(t('note.empty'));
    if (start === null || (end === null && to.value.trim() !== '')) {
      return problem.say(t('trend.timeWrong', { text: start === null ? from.value : to.value, zone: zone() }));
    }
    if (end !== null && end < start) return problem.say(t('trend.upsideDown'));
    await problem.run(async () => {
      const row = { Target: target.value, FromTime: start, ToTime: end, Text: text.value };
      const at = Date.now();
      if (note) await changeRow<Note>('vv_annotation', note.AnnId, { ...row, ChangedAt: at });
      else await createRow<Note>('vv_annotation', { ...row, CreatedAt: at });
      dialog.close();
      done();
    });
  };
  const remove = (): Promise<void> => problem.run(async () => {
    await deleteRow('vv_annotation', note!.AnnId);
    dialog.close();
    done();
  });
  const actions: Node[] = [h('button', { class: 'button primary', type: 'button', onclick: () => void save() }, t('action.save'))];
  if (note) actions.unshift(h('button', { class: 'button framed danger', type: 'button', onclick: () => void remove() }, t('action.delete')));
  const past = h('p', { class: 'muted' }, note ? t('note.written', { who: userText(note.UserId), time: fullText(zone(), note.CreatedAt) }) : '');
  const dialog = openDialog(t(note ? 'note.edit' : 'note.new'), [
    labelled(t('note.text'), text), labelled(t('note.target'), target), labelled(t('note.from'), from), labelled(t('note.to'), to),
    problem.element, past, ...(note ? [history(note)] : []),
  ], actions);
  text.focus();
}

function userText(user: number | null): string {
  return user ? t('note.user', { n: String(user) }) : t('note.nobody');
}

/** What the journal tells of a note, read when it is opened. */
function history(note: Note): HTMLElement {
  const list = h('ul', {});
  const box = h('details', { class: 'note-history' }, h('summary', {}, t('note.history')), list);
  box.addEventListener('toggle', () => {
    if (!box.open || list.children.length > 0) return;
    const none = (): void => list.replaceChildren(h('li', {}, t('note.noHistory')));
    void journalOf('vv_annotation', note.AnnId).then((entries) => {
      if (entries.length === 0) none();
      else list.replaceChildren(...entries.map((entry) => h('li', {}, t('note.entry', {
        time: fullText(zone(), entry.Tm * 1000), who: userText(entry.UserId), event: entry.Event, before: textBefore(entry.Before),
      }))));
    }, none);
  });
  return box;
}

/** The note's words before a change. */
function textBefore(before: string | null): string {
  try {
    return (JSON.parse(before ?? '{}') as { Text?: string }).Text ?? '';
  } catch {
    return '';
  }
}
