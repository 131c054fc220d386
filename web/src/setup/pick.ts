// What a field may be chosen from: the rows that a column refers to, and dictionaries that the
// schema alone does not tell.

import type { Option } from './form';
import { everyRow } from './rows';
import type { Column, Row } from './schema';
import { pathsOf } from './plant';

const MOST = 5000;
const NAMES = ['Name', 'Provider', 'Tag'];

const named = (row: Row, key: string): string =>
  String(NAMES.map((name) => row[name]).find((value) => typeof value === 'string' && value !== '') ?? `${key} ${row[key]}`);

const byText = (a: Option, b: Option): number => a.text.localeCompare(b.text, undefined, { numeric: true });

/** The rows that a column may refer to; null where there are too many to choose from. */
export async function referenceOptions(column: Column): Promise<Option[] | null> {
  const { table, column: key } = column.reference!;
  if (table === 'TB_Objects') {
    const paths = pathsOf(await everyRow(table));
    if (paths.size > MOST) return null;
    return [...paths].map(([id, path]) => ({ value: id, text: path })).sort(byText);
  }
  const rows = await everyRow(table, { limit: String(MOST + 1) });
  return rows.length > MOST ? null : rows.map((row) => ({ value: row[key] as number, text: named(row, key) })).sort(byText);
}
