// What the plot's pane says of itself: that it loads, what failed, why it is empty, what is drawn.

import { h } from '../dom';
import { t } from '../i18n';
import { emptyNotice, errorCode, errorNotice, errorSentence } from '../notice';
import { durationWords } from '../show';
import { loadTags, tags, tagsFailure, tagsLoaded } from '../tags';
import type { LoadState } from './loader';
import type { Pen } from './model';

export interface StatusActions {
  cancel(): void;
  retry(): void;
  choose(): void;
}

export class Status {
  readonly notice = h('div', { class: 'trend-notice' });
  readonly progress = h('div', { class: 'loadbar', hidden: true });
  readonly problem = h('div', { class: 'problem', role: 'alert', hidden: true });

  constructor(private readonly actions: StatusActions) {}

  load(state: LoadState, error?: unknown): void {
    this.progress.hidden = state !== 'loading' && state !== 'slow';
    if (state === 'slow') {
      this.problem.className = 'problem slow';
      this.problem.replaceChildren(h('span', {}, t('trend.slow')),
        h('button', { class: 'button framed', type: 'button', onclick: () => this.actions.cancel() }, t('action.cancel')));
    } else if (state === 'failed') {
      this.problem.className = 'problem';
      this.problem.replaceChildren(h('span', {}, errorSentence(error)), h('code', {}, errorCode(error)),
        h('button', { class: 'button framed', type: 'button', onclick: () => this.actions.retry() }, t('action.retry')));
    }
    this.problem.hidden = state !== 'slow' && state !== 'failed';
  }

  /** Without pens: why, and what to do next. */
  empty(empty: boolean): void {
    if (this.notice.hidden === !empty && !empty) return;
    this.notice.hidden = !empty;
    if (!empty) return;
    const failure = tagsFailure();
    if (failure && !tagsLoaded()) this.notice.replaceChildren(errorNotice(failure, () => void loadTags()));
    else if (tagsLoaded() && tags().root.points === 0) this.notice.replaceChildren(emptyNotice(t('points.empty'), t('points.emptyText')));
    else {
      this.notice.replaceChildren(emptyNotice(t('trend.empty'), t('trend.emptyText'),
        h('button', { class: 'button primary', type: 'button', onclick: () => this.actions.choose() }, t('trend.choose'))));
    }
  }
}

/** `raw`, `5 min avg·min·max`, or several of them. */
export function chipText(pens: Pen[]): string {
  const shown = pens.filter((pen) => !pen.hidden && !pen.difference && pen.data.time.length > 0);
  const kinds = new Set(shown.map((pen) => {
    const width = durationWords(pen.data.width);
    return pen.delta ? t('trend.chipDelta', { width }) : pen.data.kind === 'raw' ? t('trend.chipRaw') : t('trend.chipBucket', { width });
  }));
  return [...kinds].join(' + ');
}
