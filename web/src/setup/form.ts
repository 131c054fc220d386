// Fields for a row, made from its table's description: choices and references are lists to choose
// from, a line of documentation stands below each field, and what cannot be is said at its field
// before anything is sent.

import { h } from '../dom';
import { hasText, t } from '../i18n';
import { serverNow } from '../stream';
import { zone } from '../zones';
import { checkField, fieldText } from './fields';
import { referenceOptions } from './pick';
import type { Cell, Column, Row, Table } from './schema';

export interface Option {
  value: number | string;
  text: string;
}

/** What is known of a column besides its description. */
export interface Hint {
  options?: () => Promise<Option[] | null>;
  /** Typed freely, with these to complete from. */
  suggest?: () => Promise<string[]>;
  example?: string;
}

export type Hints = Record<string, Hint>;
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const LONG_TEXT = 256;
let serial = 0;

export const columnTitle = (name: string): string => {
  const key = `field.${name}`;
  return hasText(key) ? t(key) : name;
};

/** A choice in the language on screen; the catalogue names it in English. */
export const choiceText = (name: string): string => {
  const key = `choice.${name}`;
  return hasText(key) ? t(key) : name;
};

class Field {
  readonly element: HTMLElement;
  private control: Control;
  private readonly problem = h('p', { class: 'field-problem', role: 'alert', hidden: true });
  private readonly id = `field-${++serial}`;
  private before = '';

  constructor(readonly column: Column, hint: Hint, value: Cell | undefined, locked: boolean) {
    this.control = this.makeControl(hint, locked);
    this.dress();
    const title = columnTitle(column.name);
    const doc = (column.doc.toLowerCase() === title.toLowerCase() ? '' : column.doc) + (column.unit ? ` (${column.unit})` : '');
    this.element = h('div', { class: 'form-field', 'data-column': column.name },
      h('label', { for: this.id }, title, title !== column.name && h('span', { class: 'muted' }, ` ${column.name}`)),
      this.control, h('p', { class: 'form-doc', id: `${this.id}-doc` }, doc), this.problem);
    this.fill(value);
    if (!locked) void this.offer(hint);
  }

  private makeControl(hint: Hint, locked: boolean): Control {
    const { column } = this;
    if (column.type === 'boolean') return h('input', { type: 'checkbox', disabled: locked });
    if (column.choices && !hint.options) return this.select(column.choices.map(({ value, name }) => ({ value, text: choiceText(name) })), locked);
    if (column.type === 'text' && (column.width ?? Infinity) >= LONG_TEXT) return h('textarea', { class: 'field', rows: '2', disabled: locked });
    return h('input', {
      class: 'field', type: 'text', disabled: locked || column.type === 'blob' || column.secret, placeholder: hint.example ?? column.default,
      inputmode: column.type === 'double' ? 'decimal' : null, autocomplete: 'off', spellcheck: 'false',
    });
  }

  private select(options: Option[], locked = false): HTMLSelectElement {
    const { column } = this;
    const none = !column.not_null || column.reference?.zero_for_none;
    return h('select', { class: 'select', disabled: locked },
      (none || column.default === undefined) && h('option', { value: column.reference?.zero_for_none ? '0' : '' }, t('form.none')),
      options.map(({ value, text }) => h('option', { value: String(value) }, text)));
  }

  private dress(): void {
    this.control.id = this.id;
    this.control.setAttribute('aria-describedby', `${this.id}-doc`);
  }

  /** Puts lists that have to be asked for in the place of the plain field. */
  private async offer(hint: Hint): Promise<void> {
    try {
      if (hint.suggest) {
        const list = h('datalist', { id: `${this.id}-list` }, (await hint.suggest()).map((value) => h('option', { value })));
        this.element.append(list);
        this.control.setAttribute('list', list.id);
        return;
      }
      if (!hint.options && !this.column.reference) return;
      const options = await (hint.options ?? (() => referenceOptions(this.column)))();
      if (!options) return;
      const focused = document.activeElement === this.control;
      const value = this.text();
      const select = this.select(options);
      this.control.replaceWith(select);
      this.control = select;
      this.dress();
      this.put(value);
      if (focused) select.focus();
    } catch {
      // The plain field takes the number as well.
    }
  }

  private text(): string {
    return this.control instanceof HTMLInputElement && this.control.type === 'checkbox' ? String(this.control.checked) : this.control.value;
  }

  private put(text: string): void {
    if (this.control instanceof HTMLInputElement && this.control.type === 'checkbox') {
      this.control.checked = text === 'true' || text === '1';
      return;
    }
    if (this.control instanceof HTMLSelectElement) {
      const value = text === '' && this.column.reference?.zero_for_none ? '0' : text;
      // A value that is not in the list is shown and kept.
      if (![...this.control.options].some((option) => option.value === value)) this.control.append(h('option', { value }, value === '' ? t('form.none') : value));
      this.control.value = value;
      return;
    }
    this.control.value = text;
  }

  fill(value: Cell | undefined): void {
    this.put(fieldText(this.column, value, zone()));
    this.before = this.text();
    this.say('');
  }

  changed(): boolean {
    return this.text() !== this.before;
  }

  /** The value; undefined for none or after a problem, which is shown. */
  read(): { ok: boolean; value?: Cell } {
    const checked = checkField(this.column, this.text(), zone(), serverNow());
    if ('problem' in checked) {
      this.say(t(checked.problem.key, checked.problem.values));
      return { ok: false };
    }
    this.say('');
    return { ok: true, value: checked.value };
  }

  say(text: string): void {
    this.problem.textContent = text;
    this.problem.hidden = text === '';
    this.control.setAttribute('aria-invalid', String(text !== ''));
    if (text !== '') this.element.closest('details')?.setAttribute('open', '');
  }

  focus(): void {
    this.control.focus();
  }
}

export interface FormOptions {
  columns: string[]; // shown at once
  more?: string[]; // behind "more"
  hints?: Hints;
  lockKey?: boolean; // a row that exists keeps its key
}

export class RowForm {
  readonly element: HTMLElement;
  private readonly fields = new Map<string, Field>();

  constructor(readonly table: Table, row: Row, { columns, more = [], hints = {}, lockKey = false }: FormOptions) {
    const make = (name: string): HTMLElement[] => {
      const column = table.columns.find((c) => c.name === name);
      if (!column) return [];
      const field = new Field(column, hints[name] ?? {}, row[name], lockKey && table.key.includes(name));
      this.fields.set(name, field);
      return [field.element];
    };
    this.element = h('div', { class: 'form' }, columns.flatMap(make),
      more.length > 0 && h('details', { class: 'form-more' }, h('summary', {}, t('form.more')), h('div', { class: 'form' }, more.flatMap(make))));
  }

  /** The row; for one that exists only what was changed. Null when something cannot be. */
  read(onlyChanged: boolean): Row | null {
    const row: Row = {};
    let wrong: Field | null = null;
    for (const [name, field] of this.fields) {
      if (onlyChanged && !field.changed()) continue;
      const { ok, value } = field.read();
      if (!ok) wrong ??= field;
      // A new row gets the defaults of what is left empty.
      else if (value !== undefined && (onlyChanged || value !== null)) row[name] = value;
    }
    wrong?.focus();
    return wrong ? null : row;
  }

  /** Whether all fields are as they were. */
  untouched(): boolean {
    return [...this.fields.values()].every((field) => !field.changed());
  }

  /** Says at its field what the server said; false when there is no such field. */
  say(column: string | undefined, text: string): boolean {
    const field = column ? this.fields.get(column.split('.').pop()!) : undefined;
    field?.say(text);
    field?.focus();
    return field !== undefined;
  }

  fill(row: Row): void {
    for (const [name, field] of this.fields) field.fill(row[name]);
  }

}
