// Which page an address belongs to. Pages are loaded when first shown; a page that is already on
// screen may take a new address itself.

import { loadMore, loadSetup } from './i18n';

export interface Page {
  dispose(): void;
  /** Takes a new address of the same page; without it the page is mounted anew. */
  navigate?(url: URL): void;
  /** Keys of the page; true when used. */
  key?(event: KeyboardEvent): boolean;
}

export type Mount = (main: HTMLElement, url: URL) => Page;

/** The pages below System have its entry in the rail. */
export const SYSTEM = ['system', 'histories', 'devices', 'journal', 'tables', 'sql'] as const;
export type RouteName = 'overview' | 'points' | 'edit' | 'trend' | 'views' | (typeof SYSTEM)[number];

/** A page with what its texts need. */
async function withMore(page: Promise<{ mount: Mount }>, texts = loadMore): Promise<{ mount: Mount }> {
  const [loaded] = await Promise.all([page, texts()]);
  return loaded;
}

const LOADERS: Record<RouteName, () => Promise<{ mount: Mount }>> = {
  overview: () => withMore(import('./overview')),
  points: () => withMore(import('./points/page')),
  edit: () => withMore(import('./points/edit'), loadSetup),
  trend: () => import('./trend/page'),
  views: () => withMore(import('./views/page')),
  system: () => withMore(import('./setup/system'), loadSetup),
  histories: () => withMore(import('./setup/histories'), loadSetup),
  devices: () => withMore(import('./setup/devices'), loadSetup),
  journal: () => withMore(import('./setup/journal'), loadSetup),
  tables: () => withMore(import('./setup/tables'), loadSetup),
  sql: () => withMore(import('./sql/page'), loadSetup),
};

export const HREFS = Object.fromEntries(Object.keys(LOADERS).map((name) => [name, name === 'overview' ? '/' : `/${name}`])) as Record<RouteName, string>;

/** The route of an address; null when there is no such page. Points are edited at /points?edit=1. */
export function routeOf({ pathname, search }: { pathname: string; search: string }): RouteName | null {
  if (pathname === '/' || pathname === '/index.html') return 'overview';
  const [, name, rest = ''] = pathname.split('/');
  if (!Object.hasOwn(LOADERS, name) || name === 'edit' || (rest !== '' && name !== 'points' && name !== 'tables')) return null;
  return name === 'points' && /[?&]edit=1/.test(search) ? 'edit' : name as RouteName;
}

let main: HTMLElement;
let page: Page | null = null;
let shown: RouteName | null = null;
let turn = 0;
let onRoute: (route: RouteName | null) => void = () => undefined;
let onFailure: (main: HTMLElement, error: unknown) => void = () => undefined;

async function show(url: URL): Promise<void> {
  const route = routeOf(url);
  onRoute(route);
  if (route !== null && route === shown && page?.navigate) {
    page.navigate(url);
    return;
  }
  const mine = ++turn;
  try {
    const mount = route === null ? null : (await LOADERS[route]()).mount;
    if (mine !== turn) return;
    page?.dispose();
    page = null;
    shown = route;
    main.replaceChildren();
    main.className = route ?? 'nowhere';
    if (mount) page = mount(main, url);
    else onFailure(main, null);
  } catch (error) {
    if (mine === turn) onFailure(main, error);
  }
}

/** Goes to an address of ours. */
export function go(href: string): void {
  history.pushState(null, '', href);
  void show(new URL(location.href));
}

/** Writes the page's state into the address without showing anything anew. */
export function rewrite(href: string): void {
  if (location.pathname + location.search !== href) history.replaceState(null, '', href);
}

/** Mounts the page on screen again in another element, after a change of language. */
export function remount(into: HTMLElement): void {
  main = into;
  shown = null;
  void show(new URL(location.href));
}

export function currentPage(): Page | null {
  return page;
}

export function startRouter(
  into: HTMLElement,
  routeListener: (route: RouteName | null) => void,
  failureListener: (main: HTMLElement, error: unknown) => void,
): void {
  main = into;
  onRoute = routeListener;
  onFailure = failureListener;
  window.addEventListener('popstate', () => void show(new URL(location.href)));
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest?.('a[href]');
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (link.target || link.download || url.origin !== location.origin || routeOf(url) === null) return;
    event.preventDefault();
    if (url.href !== location.href) go(url.pathname + url.search + url.hash);
  });
  void show(new URL(location.href));
}
