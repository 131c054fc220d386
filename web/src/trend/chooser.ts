// The pane that pens are chosen from: a filter and the tree of points, each with a box to tick.

import { debounce, h, setClass, setText } from '../dom';
import { icon } from '../icons';
import { t } from '../i18n';
import { matchesWords, searchWords } from '../path';
import { tags } from '../tags';
import { openRows, type TreeNode } from '../tree';
import { VirtualList, type RowView } from '../virtual';

const INDENT = 14;

interface ChooserRow extends RowView {
  node: TreeNode | null;
  twist: HTMLElement;
  box: HTMLInputElement;
  name: HTMLElement;
}

export class Chooser {
  readonly element: HTMLElement;
  private readonly open = new Set<string>();
  private readonly filter: HTMLInputElement;
  private readonly list: VirtualList<ChooserRow>;
  private rows: TreeNode[] = [];
  private flat = false;
  private opened = false;

  /** `isChosen` says whether a tag is a pen already; `toggle` makes it one or removes it. */
  constructor(private readonly isChosen: (tag: string) => boolean, private readonly toggle: (tag: string) => void) {
    const rowHeight = window.matchMedia('(pointer: coarse)').matches ? 44 : 28;
    this.filter = h('input', { class: 'field grow', type: 'search', placeholder: t('points.filter'), 'aria-label': t('points.filter') });
    this.filter.addEventListener('input', debounce(60, () => this.refresh()));
    const scroller = h('div', { class: 'cscroll', role: 'tree', 'aria-label': t('trend.choose') });
    this.element = h('section', { class: 'chooser', 'aria-label': t('trend.choose') }, h('div', { class: 'bar' }, this.filter), scroller);
    this.list = new VirtualList<ChooserRow>({
      scroller,
      rowHeight,
      create: () => this.createRow(rowHeight),
      update: (row) => this.writeRow(row),
    });
  }

  dispose(): void {
    this.list.dispose();
  }

  focusFilter(): void {
    this.filter.focus();
  }

  /** Computes the rows again, after a change of tags or filter. */
  refresh(): void {
    if (!this.opened && tags().root.points > 0) {
      this.opened = true;
      for (const node of tags().root.children) if (tags().root.points <= 300) this.openAll(node);
    }
    const words = searchWords(this.filter.value);
    this.flat = words.length > 0;
    this.rows = this.flat
      ? tags().points.filter((p) => matchesWords(p.folded, words)).map((p) => p.node)
      : openRows(tags().root, this.open);
    this.list.setCount(this.rows.length);
    this.list.refresh();
  }

  /** Only the ticks. */
  repaint(): void {
    this.list.refresh();
  }

  private openAll(node: TreeNode): void {
    if (node.children.length === 0) return;
    this.open.add(node.path);
    node.children.forEach((child) => this.openAll(child));
  }

  private createRow(height: number): ChooserRow {
    const twist = h('span', { class: 'twist', 'aria-hidden': 'true' }, icon('chevron'));
    const box = h('input', { type: 'checkbox' });
    const name = h('span', { class: 'name' });
    const element = h('label', { class: 'crow', role: 'treeitem' }, twist, box, name);
    element.style.height = `${height}px`;
    const row: ChooserRow = { element, index: -1, node: null, twist, box, name };
    element.addEventListener('click', (event) => {
      const { node } = row;
      if (!node || node.tag) return;
      event.preventDefault();
      if (this.open.has(node.path)) this.open.delete(node.path);
      else this.open.add(node.path);
      this.refresh();
    });
    box.addEventListener('change', () => row.node?.tag && this.toggle(row.node.tag.tag));
    element.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && row.node && !row.node.tag) element.click();
    });
    return row;
  }

  private writeRow(row: ChooserRow): void {
    const node = this.rows[row.index];
    if (!node) return;
    row.node = node;
    const branch = !this.flat && node.children.length > 0;
    const open = branch && this.open.has(node.path);
    setClass(row.element, `crow${branch ? ' branch' : ''}${open ? ' open' : ''}`);
    row.element.title = node.path;
    row.element.setAttribute('aria-level', String(this.flat ? 1 : node.depth + 1));
    if (branch) row.element.setAttribute('aria-expanded', String(open));
    else row.element.removeAttribute('aria-expanded');
    row.element.tabIndex = node.tag ? -1 : 0;
    row.twist.style.marginLeft = `${this.flat ? 0 : node.depth * INDENT}px`;
    row.twist.style.visibility = branch ? 'visible' : 'hidden';
    row.box.hidden = node.tag === null;
    row.box.checked = node.tag !== null && this.isChosen(node.tag.tag);
    row.box.setAttribute('aria-label', node.path);
    setText(row.name, this.flat ? node.path : node.name);
  }
}
