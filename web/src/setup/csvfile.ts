// Rows from a CSV file: first tried, which tells how many would be made and changed, then written, all
// or none.

import { ApiError } from '../api';
import { openDialog, Problem } from '../dialog';
import { h } from '../dom';
import { t } from '../i18n';
import { errorSentence, toast } from '../notice';
import { button } from './frame';
import { writeCsv, type Written } from './rows';

/** Lets the person choose a text file. */
export function chooseFile(accept: string, take: (name: string, text: string) => void): void {
  const input = h('input', { type: 'file', accept, class: 'offscreen', 'aria-hidden': 'true', tabindex: '-1' });
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    input.remove();
    if (file) void file.text().then((text) => take(file.name, text), (error: unknown) => toast(errorSentence(error)));
  });
  input.addEventListener('cancel', () => input.remove());
  document.body.append(input);
  input.click();
}

/** An error with the line that it is about. */
export const lineSentence = (error: unknown): string =>
  error instanceof ApiError && error.row ? t('csv.line', { line: String(error.row), message: error.message }) : errorSentence(error);

export function importCsv(table: string, done: () => void): void {
  chooseFile('.csv,text/csv', (name, text) => {
    const problem = new Problem();
    const place = h('p', { role: 'status' }, t('csv.trying'));
    const counts = ({ created, changed, same }: Written): string => t('csv.counts', { created, changed, same });
    const apply = button(t('csv.apply'), () => {
      apply.disabled = true;
      writeCsv(table, text, false).then((written) => {
        dialog.close();
        toast(counts(written));
        done();
      }, (error: unknown) => problem.say(lineSentence(error)));
    }, 'primary');
    apply.disabled = true;
    const dialog = openDialog(t('csv.title', { name, table }), [place, problem.element], [apply]);
    writeCsv(table, text, true).then((written) => {
      place.textContent = counts(written);
      apply.disabled = written.created + written.changed === 0;
      if (!apply.disabled) apply.focus();
    }, (error: unknown) => {
      place.textContent = t('csv.refused');
      problem.say(lineSentence(error));
    });
  });
}
