// Rows of the ledger with the mark of what was read, so that nobody's change is lost: a change of a
// row that someone else has changed since is refused with 412 ("changed").

import { ApiError, exchange, request } from '../api';
import type { Row } from './schema';

export interface Marked {
  row: Row;
  etag: string;
}

export interface Page {
  rows: Row[];
  next?: string | null;
  next_offset?: number | null;
  count?: number;
  etags?: string[];
}

export interface Written {
  created: number;
  changed: number;
  same: number;
  keys: string[];
}

const place = (table: string, key = ''): string => `/api/v1/tables/${table}${key === '' ? '' : `/${key}`}`;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const mark = (etag: string | null): Record<string, string> => (etag === null ? {} : { 'If-Match': etag });

export function listRows(table: string, query: Record<string, string> | URLSearchParams = {}, signal?: AbortSignal): Promise<Page> {
  return request<Page>('GET', `${place(table)}?${new URLSearchParams(query)}`, undefined, signal);
}

/** Every row; for tables that people keep by hand. */
export async function everyRow(table: string, query: Record<string, string> = {}): Promise<Row[]> {
  return (await listRows(table, { limit: '100000', ...query })).rows;
}

export async function getRow(table: string, key: string): Promise<Marked> {
  const { body, headers } = await exchange<Row>(place(table, key), { method: 'GET' });
  return { row: body, etag: headers.get('ETag') ?? '' };
}

/** The row, or null where there is none with this key. */
export async function findRow(table: string, key: string): Promise<Marked | null> {
  try {
    return await getRow(table, key);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

export async function patchRow(table: string, key: string, part: Row, etag: string | null): Promise<Marked> {
  const { body, headers } = await exchange<Row>(place(table, key), {
    method: 'PATCH', headers: { ...JSON_TYPE, ...mark(etag) }, body: JSON.stringify(part),
  });
  return { row: body, etag: headers.get('ETag') ?? '' };
}

export function writeRows(table: string, rows: Row | Row[], mode: 'create' | 'upsert' = 'create'): Promise<Written> {
  return request<Written>('POST', `${place(table)}?mode=${mode}`, rows);
}

export async function writeCsv(table: string, text: string, dryRun: boolean): Promise<Written> {
  const { body } = await exchange<Written>(`${place(table)}?mode=upsert${dryRun ? '&dry_run=1' : ''}`, {
    method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: text,
  });
  return body;
}

/** `parts`: with the rows that are only about it, such as how a point is recorded. */
export async function removeRow(table: string, key: string, etag: string | null, parts = false): Promise<void> {
  await exchange<unknown>(`${place(table, key)}${parts ? '?parts=1' : ''}`, { method: 'DELETE', headers: mark(etag) });
}

export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 412;

export const csvHref = (table: string, query = new URLSearchParams()): string => {
  const all = new URLSearchParams(query);
  all.set('format', 'csv');
  all.set('limit', '100000');
  return `${place(table)}?${all}`;
};
