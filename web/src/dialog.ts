// Dialogs that are made when they are opened and gone when they are closed.

import { h } from './dom';
import { t } from './i18n';
import { errorSentence } from './notice';

let serial = 0;

/** Opens a dialog with a title; `close` of the answer closes it. One at a time. */
export function openDialog(title: string, content: Node[], actions: Node[] = []): HTMLDialogElement {
  document.querySelector('dialog[open]')?.remove();
  const id = `dialog-${++serial}`;
  const before = document.activeElement;
  const dialog: HTMLDialogElement = h('dialog', { 'aria-labelledby': id },
    h('h2', { id }, title), content,
    h('div', { class: 'actions' }, actions, h('button', { class: 'button framed', type: 'button', onclick: () => dialog.close() }, t('action.close'))));
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A line in a dialog for what went wrong; `run` keeps the dialog open and says it. */
export class Problem {
  readonly element = h('p', { class: 'field-problem', role: 'alert', hidden: true });

  say(text: string): void {
    this.element.textContent = text;
    this.element.hidden = false;
  }

  async run(work: () => Promise<void>): Promise<void> {
    this.element.hidden = true;
    try {
      await work();
    } catch (error) {
      this.say(errorSentence(error));
    }
  }
}

/** A labelled field. */
export function labelled(text: string, field: HTMLElement): HTMLElement {
  return h('label', { class: 'labelled' }, h('span', {}, text), field);
}

/** A box to tick with its text. */
export function tick(text: string, checked: boolean, onchange: (checked: boolean) => void): HTMLElement {
  const box: HTMLInputElement = h('input', { type: 'checkbox', checked, onchange: () => onchange(box.checked) });
  return h('label', { class: 'tick' }, box, h('span', {}, text));
}
