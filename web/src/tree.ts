// The tree of points, made from tag names. Holds 100,000 points: a node is one small object, the
// rows on screen are an array that is rebuilt only when a branch opens or closes.

import type { TagInfo } from './api';
import { folded, joinPath, splitPath } from './path';

export interface TreeNode {
  name: string;
  path: string;
  depth: number; // the root has -1, its children 0
  parent: TreeNode | null;
  children: TreeNode[];
  tag: TagInfo | null; // a point; a name that is a point and a branch has both
  points: number; // points at and below this node
}

export interface Tree {
  root: TreeNode;
  byPath: Map<string, TreeNode>;
  /** Points in tree order with their names folded for searching. */
  points: { node: TreeNode; folded: string }[];
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export function buildTree(tags: TagInfo[]): Tree {
  const root: TreeNode = { name: '', path: '', depth: -1, parent: null, children: [], tag: null, points: 0 };
  const byPath = new Map<string, TreeNode>([['', root]]);
  for (const tag of tags) {
    const levels = splitPath(tag.tag);
    let node = root;
    node.points++;
    for (let i = 0; i < levels.length; i++) {
      const path = i === levels.length - 1 ? tag.tag : joinPath(levels.slice(0, i + 1));
      let child = byPath.get(path);
      if (!child) {
        child = { name: levels[i], path, depth: i, parent: node, children: [], tag: null, points: 0 };
        node.children.push(child);
        byPath.set(path, child);
      }
      child.points++;
      node = child;
    }
    node.tag = tag;
  }
  const points: Tree['points'] = [];
  const settle = (node: TreeNode): void => {
    node.children.sort((a, b) => collator.compare(a.name, b.name));
    if (node.tag) points.push({ node, folded: folded(node.path) });
    node.children.forEach(settle);
  };
  settle(root);
  return { root, byPath, points };
}

/** The rows to show below `node`, given the set of open paths. */
export function openRows(node: TreeNode, open: ReadonlySet<string>): TreeNode[] {
  const rows: TreeNode[] = [];
  const walk = (parent: TreeNode): void => {
    for (const child of parent.children) {
      rows.push(child);
      if (child.children.length > 0 && open.has(child.path)) walk(child);
    }
  };
  walk(node);
  return rows;
}

/** The node and all above it, from the top down, without the root. */
export function lineage(node: TreeNode): TreeNode[] {
  const line: TreeNode[] = [];
  for (let n: TreeNode | null = node; n && n.depth >= 0; n = n.parent) line.unshift(n);
  return line;
}
