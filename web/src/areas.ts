// Which branches the overview shows as areas, and which of their points stand for them.

import type { TagInfo, TagType } from './api';
import type { TreeNode } from './tree';

/** Up to so many areas, big branches are opened into their own. */
const WANTED_AREAS = 12;

export function pointsOf(node: TreeNode, into: TagInfo[] = []): TagInfo[] {
  if (node.tag) into.push(node.tag);
  for (const child of node.children) pointsOf(child, into);
  return into;
}

const isBranch = (node: TreeNode): boolean => node.children.length > 0;

/** A branch can be opened when all below it is branches: no point may get lost. */
function opens(node: TreeNode): boolean {
  return node.tag === null && node.children.length > 0 && node.children.every(isBranch);
}

/** The areas, in tree order: the top branches, the biggest opened while there is room. */
export function areasOf(root: TreeNode): TreeNode[] {
  let areas = [...root.children];
  for (;;) {
    const next = areas
      .filter((node) => opens(node) && areas.length - 1 + node.children.length <= WANTED_AREAS)
      .sort((a, b) => b.points - a.points)[0];
    if (!next) return areas;
    areas = areas.flatMap((node) => (node === next ? node.children : [node]));
  }
}

const RANK: Record<TagType, number> = { double: 0, integer: 1, boolean: 2, string: 3, datetime: 4, none: 5 };

/**
 * What to show of an area: analogue points before counters before states, each in the order in which
 * the plant was described; its own before those of the branches below, which take turns.
 */
export function chosenPoints(area: TreeNode, most: number): TagInfo[] {
  const ranked = (tags: TagInfo[]): TagInfo[] => tags.sort((a, b) => RANK[a.type] - RANK[b.type] || a.id - b.id);
  const own = ranked([area, ...area.children.filter((child) => !isBranch(child))].flatMap((node) => node.tag ?? []));
  const found = own.slice(0, most);
  const groups = area.children.filter(isBranch).map((child) => ranked(pointsOf(child)));
  for (let i = 0; found.length < most && groups.some((group) => group.length > i); i++) {
    for (const group of groups) if (group[i] && found.length < most) found.push(group[i]);
  }
  return found;
}
