// Saving the trend as a view under a name, anew or over the one it came from. Loaded when it is opened.

import { labelled, openDialog, Problem, tick } from '../dialog';
import { h } from '../dom';
import { t } from '../i18n';
import { changeRow, createRow, readRow } from '../ledger';
import { toast } from '../notice';
import type { View } from '../views/view';

export function openSaveView(saved: number | null, state: string, done: (view: number) => void): void {
  const name = h('input', { class: 'field', type: 'text', maxlength: 128, required: true });
  let shared = false;
  const sharedTick = tick(t('view.shared'), false, (on) => (shared = on));
  const problem = new Problem();
  const save = (over: boolean): Promise<void> => problem.run(async () => {
    if (name.value.trim() === '') return problem.say(t('view.nameless'));
    const row = { Name: name.value.trim(), Shared: shared, State: JSON.stringify({ trend: state }), ChangedAt: Date.now() };
    const id = over ? saved! : await createRow<View>('vv_view', row);
    if (over) await changeRow<View>('vv_view', id, row);
    dialog.close();
    toast(t('view.savedAs', { name: row.Name }));
    done(id);
  });
  const over = h('button', { class: 'button framed', type: 'button', hidden: true, onclick: () => void save(true) }, t('view.replace'));
  const dialog = openDialog(t('view.save'), [labelled(t('view.name'), name), sharedTick, problem.element],
    [over, h('button', { class: 'button primary', type: 'button', onclick: () => void save(false) }, t('view.saveNew'))]);
  name.focus();
  if (saved !== null) {
    void readRow<View>('vv_view', saved).then((view) => {
      name.value ||= view.Name;
      shared = view.Shared;
      sharedTick.querySelector('input')!.checked = shared;
      over.hidden = false;
    }, () => undefined);
  }
}
