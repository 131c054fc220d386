// Rows of the ledger's tables over /api/v1/tables: what saved views and notes are kept in.

import { request } from './api';

export interface Rows<T> {
  rows: T[];
  next?: string | null;
}

const at = (table: string, key?: number): string => `/api/v1/tables/${table}${key === undefined ? '' : `/${key}`}`;

export function readRows<T>(table: string, query: Record<string, string> = {}, signal?: AbortSignal): Promise<Rows<T>> {
  return request<Rows<T>>('GET', `${at(table)}?${new URLSearchParams(query)}`, undefined, signal);
}

export function readRow<T>(table: string, key: number): Promise<T> {
  return request<T>('GET', at(table, key));
}

/** Creates a row; returns its number. */
export async function createRow<T>(table: string, row: Partial<T>): Promise<number> {
  const { keys } = await request<{ keys: string[] }>('POST', at(table), row);
  return Number(keys[0]);
}

export function changeRow<T>(table: string, key: number, row: Partial<T>): Promise<T> {
  return request<T>('PATCH', at(table, key), row);
}

/** What the journal tells of a row, the newest first. */
export interface Entry {
  Tm: number; // seconds
  Event: string;
  UserId: number | null;
  Before: string | null;
  After: string | null;
}

export async function journalOf(table: string, key: number): Promise<Entry[]> {
  const { rows } = await readRows<Entry>('TB_Log', { 'Event.ge': `${table} ${key} `, 'Event.lt': `${table} ${key}!`, order: '-LogId', limit: '50' });
  return rows;
}

export function deleteRow(table: string, key: number): Promise<unknown> {
  return request<unknown>('DELETE', at(table, key));
}
