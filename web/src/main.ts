// Start: language, shell, stream, router, keys.

import './theme';
import { fetchHealth } from './api';
import { chooseLanguage, currentLanguage, loadLanguage } from './i18n';
import { emptyNotice, errorNotice } from './notice';
import { currentPage, go, HREFS, remount, routeOf, startRouter, type RouteName } from './router';
import { onSettings, settings } from './settings';
import { buildShell, type Shell } from './shell';
import { noteServerClock, startStream } from './stream';
import { loadTags } from './tags';
import { setPlantZone } from './zones';
import { showHelp } from './shell';
import { h } from './dom';
import { t } from './i18n';

const HEALTH_RETRY_MS = 3000;
const root = document.getElementById('root')!;
let shell: Shell;
let plantName = 'Varve';

function setRoute(route: RouteName | null): void {
  shell.setRoute(route);
}

function failed(main: HTMLElement, error: unknown): void {
  main.replaceChildren(error === null
    ? emptyNotice(t('nowhere.title'), t('nowhere.text'), h('a', { class: 'button primary', href: '/' }, t('nav.overview')))
    : errorNotice(error, () => location.reload()));
}

async function readHealth(): Promise<void> {
  try {
    const health = await fetchHealth();
    plantName = health.node;
    setPlantZone(health.timezone);
    noteServerClock(health.now);
    shell.setPlant(plantName);
    shell.setRoute(routeOf(location));
  } catch {
    // The stream's banner already says that the server is away; try again behind it.
    setTimeout(() => void readHealth(), HEALTH_RETRY_MS);
  }
}

const GO: Record<string, RouteName> = {
  o: 'overview', p: 'points', t: 'trend', v: 'views', s: 'system', h: 'histories', d: 'devices', j: 'journal', l: 'tables', q: 'sql',
};
let goPending = -Infinity;

function onKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const typing = target.closest('input:not([type=checkbox]), textarea, select, dialog') !== null;
  if (event.defaultPrevented || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (performance.now() - goPending < 1500 && GO[event.key]) {
    goPending = -Infinity;
    go(HREFS[GO[event.key]]);
  } else if (event.key === 'g') {
    goPending = performance.now();
  } else if (event.key === '/') {
    document.getElementById('search')?.focus();
  } else if (event.key === '?') {
    showHelp();
  } else if (!currentPage()?.key?.(event)) {
    return;
  }
  event.preventDefault();
}

/** The language on screen, into a new shell; the pages in it are mounted again by the router. */
async function speak(): Promise<void> {
  const wanted = chooseLanguage(settings().language, navigator.languages);
  await loadLanguage(wanted);
  document.documentElement.lang = wanted;
}

async function start(): Promise<void> {
  await speak();
  shell = buildShell(root);
  startStream();
  void readHealth();
  void loadTags();
  startRouter(shell.main, setRoute, failed);
  document.addEventListener('keydown', onKey);
  onSettings(() => {
    const wanted = chooseLanguage(settings().language, navigator.languages);
    if (wanted === currentLanguage()) return;
    void speak().then(() => {
      shell.dispose();
      shell = buildShell(root);
      shell.setPlant(plantName);
      remount(shell.main);
    });
  });
}

void start();
