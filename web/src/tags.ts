// The list of tags and the tree made from it, loaded once for all pages and again when a tag turns
// up that it does not hold.

import { fetchTags, type ApiError, type TagInfo } from './api';
import { buildTree, type Tree } from './tree';

const EMPTY_RETRY_MS = 3000;
const RELOAD_MS = 15_000;

let tree: Tree = buildTree([]);
let byName = new Map<string, TagInfo>();
let loaded = false;
let failure: ApiError | null = null;
let loading: Promise<void> | null = null;
let lastLoad = 0;
let timer = 0;
const listeners = new Set<() => void>();

export function tags(): Tree {
  return tree;
}

export function tagInfo(name: string): TagInfo | null {
  return byName.get(name) ?? null;
}

/** Whether the whole list has come at least once. */
export function tagsLoaded(): boolean {
  return loaded;
}

export function tagsFailure(): ApiError | null {
  return failure;
}

export function onTags(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function accept(list: TagInfo[]): void {
  tree = buildTree(list);
  byName = new Map(list.map((tag) => [tag.tag, tag]));
}

function announce(): void {
  for (const listener of listeners) listener();
}

/** Loads the list; while a load is under way the same one is returned. */
export function loadTags(): Promise<void> {
  loading ??= (async () => {
    clearTimeout(timer);
    lastLoad = Date.now();
    try {
      const list = await fetchTags((part) => {
        // The first page is enough to look at while the rest comes.
        if (!loaded && byName.size === 0) {
          accept(part);
          announce();
        }
      });
      accept(list);
      loaded = true;
      failure = null;
      if (list.length === 0) timer = window.setTimeout(() => void loadTags(), EMPTY_RETRY_MS);
    } catch (error) {
      failure = error as ApiError;
      timer = window.setTimeout(() => void loadTags(), EMPTY_RETRY_MS);
    } finally {
      loading = null;
      announce();
    }
  })();
  return loading;
}

/** Called with names that the stream brought: an unknown one means that the list is old. */
export function noticeTags(names: Iterable<string>): void {
  if (!loaded) return;
  for (const name of names) {
    if (byName.has(name)) continue;
    clearTimeout(timer);
    timer = window.setTimeout(() => void loadTags(), Math.max(0, lastLoad + RELOAD_MS - Date.now()));
    return;
  }
}
