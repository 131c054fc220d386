// A plant file: what it would change is shown first; nothing is changed before that was agreed to.

import { exchange } from '../api';
import { openDialog, Problem } from '../dialog';
import { h } from '../dom';
import { t } from '../i18n';
import { toast } from '../notice';
import { chooseFile, lineSentence } from '../setup/csvfile';
import { button } from '../setup/frame';

interface Changes {
  changes: { sign: '+' | '~' | '-'; text: string }[];
  added: number;
  changed: number;
  removed: number;
}

async function send(text: string, dryRun: boolean): Promise<Changes> {
  const { body } = await exchange<Changes>(`/api/v1/plant${dryRun ? '?dry_run=1' : ''}`, { method: 'POST', body: text, headers: { 'Content-Type': 'application/yaml' } });
  return body;
}

const counts = ({ added, changed, removed }: Changes): string => t('plant.counts', { added, changed, removed });

export function applyPlantFile(done: () => void): void {
  chooseFile('.yaml,.yml,text/yaml', (name, text) => {
    const problem = new Problem();
    const place = h('div', { role: 'status' }, t('csv.trying'));
    const apply = button(t('plant.applyNow'), () => {
      apply.disabled = true;
      send(text, false).then((changes) => {
        dialog.close();
        toast(counts(changes));
        done();
      }, (error: unknown) => problem.say(lineSentence(error)));
    }, 'primary');
    apply.disabled = true;
    const dialog = openDialog(t('plant.title', { name }), [place, problem.element], [apply]);
    dialog.classList.add('wide-dialog');
    send(text, true).then((changes) => {
      place.replaceChildren(h('p', {}, changes.changes.length === 0 ? t('plant.same') : counts(changes)),
        changes.changes.length === 0 ? '' : h('ul', { class: 'changes', tabindex: '0', 'aria-label': t('plant.changes') },
          changes.changes.map(({ sign, text: line }) => h('li', { class: sign === '-' ? 'minus' : null }, `${sign} ${line}`))));
      apply.disabled = changes.changes.length === 0;
      if (!apply.disabled) apply.focus();
    }, (error: unknown) => {
      place.textContent = t('csv.refused');
      problem.say(lineSentence(error));
    });
  });
}
