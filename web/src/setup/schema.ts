// The ledger's tables as the server describes them: what forms and lists are made from.

import { request } from '../api';

export type Cell = number | string | boolean | null;
export type Row = Record<string, Cell>;

export interface Column {
  name: string;
  type: 'tinyint' | 'int' | 'bigint' | 'double' | 'boolean' | 'text' | 'blob' | 'datetime';
  width?: number; // characters
  not_null?: boolean;
  numbered?: boolean; // by the database
  secret?: boolean;
  default?: string;
  unit?: string;
  least?: number;
  most?: number;
  choices?: { value: number | string; name: string }[];
  reference?: { table: string; column: string; zero_for_none: boolean };
  doc: string;
}

export interface TableInfo {
  name: string;
  family: string;
  kind: 'ledger' | 'stratum';
  doc: string;
  key: string[];
  rows?: number;
  changes?: boolean;
  closed?: string; // why it is not changed this way
}

export interface Table extends TableInfo {
  columns: Column[];
  referred_by: { table: string; column: string }[];
}

const schemas = new Map<string, Promise<Table>>();

/** A table's description; asked for once. */
export function tableOf(name: string): Promise<Table> {
  let schema = schemas.get(name);
  if (!schema) {
    schema = request<Table>('GET', `/api/v1/tables/${encodeURIComponent(name)}/schema`);
    schema.catch(() => schemas.delete(name));
    schemas.set(name, schema);
  }
  return schema;
}

export async function allTables(): Promise<TableInfo[]> {
  return (await request<{ tables: TableInfo[] }>('GET', '/api/v1/tables')).tables;
}

export const isNumber = (column: Column): boolean => ['tinyint', 'int', 'bigint', 'double'].includes(column.type);

/** The address of a row below its table: the values of its key, by commas. */
export function keyOf(table: Table, row: Row): string {
  const key = table.key.map((name) => encodeURIComponent(String(row[name]))).join(',');
  return key === 'schema' ? '%73chema' : key;
}
