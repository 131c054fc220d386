// Saving the samples as a file: made and streamed by the server, as recorded or as drawn, in CSV or,
// where the server offers it, XLSX. Loaded when it is opened.

import { request } from '../api';
import { labelled, openDialog, Problem } from '../dialog';
import { h } from '../dom';
import { t } from '../i18n';
import { globEscape } from '../path';
import { fullText } from '../zone';
import { zone } from '../zones';
import { penType, type Pen } from './model';

export interface ExportRange {
  pens: Pen[];
  from: number;
  to: number;
}

const FUNCTIONS = 'min,max,avg,first,last,count,bad';
const TEXT_FUNCTIONS = 'first,last,count,bad';

/** The address of a file. `as` is `raw` or `drawn`: in the buckets that are on screen, where it is buckets. */
export function exportAddress({ pens, from, to }: ExportRange, as: 'raw' | 'drawn', format: string): string {
  const q = new URLSearchParams();
  for (const pen of pens) q.append('tag', globEscape(pen.tag));
  q.set('from', String(Math.floor(from)));
  q.set('to', String(Math.ceil(to)));
  const width = Math.max(...pens.map((pen) => (pen.loaded.kind === 'bucket' ? pen.loaded.width : 0)));
  if (as === 'drawn' && width > 0) {
    q.set('every', `${Math.round(width)}ms`);
    q.set('agg', pens.some((pen) => penType(pen) === 'string') ? TEXT_FUNCTIONS : FUNCTIONS);
  }
  q.set('tz', zone());
  q.set('format', format);
  return `/api/v1/history?${q}`;
}

let xlsx: Promise<boolean> | null = null;

/** Whether the server writes XLSX, as its own description says. */
function hasXlsx(): Promise<boolean> {
  xlsx ??= request<{ paths: Record<string, { get?: { parameters?: { name: string; description?: string; schema?: unknown }[] } }> }>('GET', '/api/v1/openapi.json')
    .then(({ paths }) => JSON.stringify(paths['/api/v1/history']?.get?.parameters?.find((p) => p.name === 'format') ?? '').includes('xlsx'), () => false);
  return xlsx;
}

export function openExport(range: ExportRange): void {
  const what = h('select', { class: 'select' }, h('option', { value: 'raw' }, t('export.raw')), h('option', { value: 'drawn' }, t('export.drawn')));
  const format = h('select', { class: 'select' }, h('option', { value: 'csv' }, 'CSV'));
  void hasXlsx().then((has) => {
    if (has) format.append(h('option', { value: 'xlsx' }, 'XLSX'));
  });
  const problem = new Problem();
  const link = h('a', { class: 'button primary', onclick: (event: Event) => {
    event.preventDefault();
    void problem.run(save);
  } }, t('export.save'));
  const write = (): void => {
    link.href = exportAddress(range, what.value as 'raw' | 'drawn', format.value);
  };
  /** A refusal is said here, and not saved under the file's name. */
  const save = async (): Promise<void> => {
    const answer = await fetch(link.href, { method: 'HEAD' }).catch(() => null);
    if (!answer?.ok) await request('GET', link.href);
    const file = h('a', { href: link.href, download: `trend.${format.value}` });
    document.body.append(file);
    file.click();
    file.remove();
    dialog.close();
  };
  what.addEventListener('change', write);
  format.addEventListener('change', write);
  write();
  const dialog = openDialog(t('trend.export'), [
    h('p', {}, t('export.range', { from: fullText(zone(), Math.floor(range.from)), to: fullText(zone(), Math.ceil(range.to)), zone: zone() })),
    h('ol', { class: 'export-pens' }, range.pens.map((pen) => h('li', {}, pen.tag))),
    labelled(t('export.what'), what), labelled(t('export.format'), format), problem.element,
  ], [link]);
}
