// The points of the ledger as a tree: paths from rows of TB_Objects. A "/" or "\" within a name is
// written with a backslash, as in tag names.

import { joinPath } from '../path';
import type { Row } from './schema';

export const BRANCH = 0;

/** The path of each row, by its number. A row whose parents go in a circle has its own name. */
export function pathsOf(rows: Row[]): Map<number, string> {
  const byId = new Map(rows.map((row) => [row.ObjId as number, row]));
  const paths = new Map<number, string>();
  const pathOf = (id: number, depth: number): string => {
    const known = paths.get(id);
    if (known !== undefined) return known;
    const row = byId.get(id)!;
    const own = joinPath([String(row.Name ?? '')]);
    const parent = row.Parent as number;
    const path = parent && byId.has(parent) && depth < 100 ? `${pathOf(parent, depth + 1)}/${own}` : own;
    paths.set(id, path);
    return path;
  };
  for (const id of byId.keys()) pathOf(id, 0);
  return paths;
}

export interface PlantRow {
  id: number;
  path: string;
  depth: number;
  object: Row; // of TB_Objects
  option: Row | null; // of vv_point_option
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Every row in the order of the tree: a branch before what hangs on it, branches before points. */
export function treeRows(objects: Row[], options: Row[]): PlantRow[] {
  const paths = pathsOf(objects);
  const recorded = new Map(options.map((option) => [option.ObjId, option]));
  const below = new Map<number, Row[]>();
  for (const row of objects) {
    const parent = paths.has(row.Parent as number) ? row.Parent as number : 0;
    const brothers = below.get(parent);
    if (brothers) brothers.push(row);
    else below.set(parent, [row]);
  }
  const rows: PlantRow[] = [];
  const seen = new Set<number>();
  const walk = (parent: number, depth: number): void => {
    const children = (below.get(parent) ?? []).sort((a, b) =>
      Number(a.Type !== BRANCH) - Number(b.Type !== BRANCH) || collator.compare(String(a.Name), String(b.Name)));
    for (const object of children) {
      const id = object.ObjId as number;
      if (seen.has(id)) continue;
      seen.add(id);
      rows.push({ id, path: paths.get(id)!, depth, object, option: recorded.get(id) ?? null });
      walk(id, depth + 1);
    }
  };
  walk(0, 0);
  return rows;
}
