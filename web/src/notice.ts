// What a page shows instead of content: why it is empty and what to do next, or one sentence of
// error with its code, Retry and Copy details. And the toast for small confirmations.

import { ApiError } from './api';
import { copyText, h } from './dom';
import { t } from './i18n';

export function emptyNotice(title: string, text: string, ...actions: Node[]): HTMLElement {
  return h('div', { class: 'notice' }, h('h2', {}, title), h('p', {}, text), h('div', { class: 'actions' }, ...actions));
}

/** One sentence for an error. */
export function errorSentence(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.code === 'unreachable') return t('error.unreachable');
    if (error.status === 401) return t('error.login');
    if (error.status === 503) return t('error.busy');
    if (error.status === 507) return t('error.full');
    return t('error.said', { message: error.message });
  }
  return t('error.said', { message: String(error instanceof Error ? error.message : error) });
}

export function errorCode(error: unknown): string {
  return error instanceof ApiError ? error.code : 'page_error';
}

export function errorNotice(error: unknown, retry: () => void): HTMLElement {
  const details = error instanceof ApiError ? error.details() : String(error instanceof Error ? error.stack : error);
  return h('div', { class: 'notice', role: 'alert' },
    h('h2', {}, errorSentence(error)),
    h('code', {}, errorCode(error)),
    h('div', { class: 'actions' },
      h('button', { class: 'button primary', type: 'button', onclick: retry }, t('action.retry')),
      h('button', { class: 'button framed', type: 'button', onclick: () => void copyWithToast(details) }, t('action.copyDetails'))));
}

let toastTimer = 0;

export function toast(text: string): void {
  document.querySelector('.toast')?.remove();
  const box = h('div', { class: 'toast', role: 'status' }, text);
  document.body.append(box);
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => box.remove(), 3000);
}

export async function copyWithToast(text: string): Promise<void> {
  toast(await copyText(text) ? t('copied', { text: text.length > 80 ? `${text.slice(0, 80)}…` : text }) : t('copyFailed'));
}
