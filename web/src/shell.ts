// What stands around every page: the rail, the top bar with plant, clock, zone and search, and the
// banner that says when the stream is lost.

import { changeSettings, onSettings, settings, type ZoneMode } from './settings';
import { clockText, dateText, browserZone, offsetAt, offsetText } from './zone';
import { h, setText } from './dom';
import { icon, type IconName } from './icons';
import { LANGUAGES, LANGUAGE_NAMES, currentLanguage, loadMore, t, type Key } from './i18n';
import { lastHeard, link, onLink, serverNow } from './stream';
import { plantZone, zone, onZone } from './zones';
import { HREFS, SYSTEM, type RouteName } from './router';
import { searchBox } from './search';

const RAIL: { route: RouteName; icon: IconName; text: Key }[] = [
  { route: 'overview', icon: 'overview', text: 'nav.overview' },
  { route: 'points', icon: 'points', text: 'nav.points' },
  { route: 'trend', icon: 'trend', text: 'nav.trend' },
  { route: 'system', icon: 'options', text: 'nav.system' },
];

/** The entry that a page stands below. */
function entryOf(route: RouteName | null): RouteName | null {
  if (route === 'views') return 'trend';
  if (route === 'edit') return 'points';
  return SYSTEM.some((page) => page === route) ? 'system' : route;
}

const THEMES = ['auto', 'light', 'dark'] as const;
const THEME_ICONS: Record<(typeof THEMES)[number], IconName> = { auto: 'auto', light: 'sun', dark: 'moon' };

export interface Shell {
  main: HTMLElement;
  setRoute(route: RouteName | null): void;
  setPlant(name: string): void;
  dispose(): void;
}

function zoneSelect(): HTMLSelectElement {
  const select = h('select', { class: 'select', 'aria-label': t('zone.label'), title: t('zone.label') });
  const options: [ZoneMode, string][] = [
    ['plant', t('zone.plant', { zone: plantZone() })],
    ['utc', t('zone.utc')],
    ['browser', t('zone.browser', { zone: browserZone() })],
  ];
  for (const [mode, text] of options) select.append(h('option', { value: mode }, text));
  select.value = settings().zone;
  select.addEventListener('change', () => changeSettings({ zone: select.value as ZoneMode }));
  return select;
}

function themeButton(): HTMLButtonElement {
  const button = h('button', { class: 'button square tool', type: 'button' });
  const show = (): void => {
    const { theme } = settings();
    const name = t(`theme.${theme}`);
    button.replaceChildren(icon(THEME_ICONS[theme]));
    button.title = name;
    button.setAttribute('aria-label', name);
  };
  button.addEventListener('click', () => {
    changeSettings({ theme: THEMES[(THEMES.indexOf(settings().theme) + 1) % THEMES.length] });
    show();
  });
  show();
  return button;
}

function languageSelect(): HTMLSelectElement {
  const select = h('select', { class: 'select language', 'aria-label': t('language.label') });
  for (const language of LANGUAGES) select.append(h('option', { value: language, lang: language }, LANGUAGE_NAMES[language]));
  select.value = currentLanguage();
  select.addEventListener('change', () => changeSettings({ language: select.value }));
  return select;
}

/** The list of keys is loaded when it is asked for. */
export function showHelp(): void {
  void Promise.all([import('./help'), loadMore()]).then(([help]) => help.openHelp());
}

export function buildShell(into: HTMLElement): Shell {
  const offs: (() => void)[] = [];
  const plant = h('a', { class: 'plant', href: '/' }, '\u00a0');
  const crumb = h('span', { class: 'crumb' });
  const state = h('span', { class: 'linkstate', role: 'status' }, h('span', { class: 'word' }));
  const time = h('time');
  const offset = h('span', { class: 'offset' });
  const clock = h('div', { class: 'clock' }, time, offset, zoneSelect());
  const menu = h('button', { class: 'button menu', type: 'button', 'aria-label': t('nav.menu'), title: t('nav.menu') }, icon('menu'));
  const links = new Map(RAIL.map((item) => [item.route, h('a', { href: HREFS[item.route] }, icon(item.icon), h('span', {}, t(item.text)))]));
  const rail = h('nav', { class: 'rail', 'aria-label': t('nav.label') }, ...links.values());
  const bannerText = h('span');
  const banner = h('div', { class: 'banner', role: 'alert', hidden: true }, bannerText);
  const main = h('main', { id: 'main', tabindex: '-1' });
  const help = h('button', { class: 'button square tool', type: 'button', title: t('help.title'), 'aria-label': t('help.title'), onclick: showHelp }, icon('help'));
  const app = h('div', { class: 'app' },
    h('header', { class: 'topbar' }, menu, plant, crumb, searchBox(), h('span', { class: 'spacer' }), state, clock,
      languageSelect(), themeButton(), help),
    rail, banner, main);

  const showRail = (): void => void app.classList.toggle('wide', settings().railOpen);
  menu.addEventListener('click', () => changeSettings({ railOpen: !settings().railOpen }));
  offs.push(onSettings(showRail));
  showRail();

  const showLink = (): void => {
    const now = link();
    state.className = `linkstate ${now}`;
    setText(state.firstElementChild!, t(`link.${now}`));
    state.title = t(`link.${now}`);
    const lost = now === 'lost';
    if (lost) setText(bannerText, t('link.banner', { time: clockText(zone(), lastHeard()) }));
    banner.hidden = !lost;
    main.classList.toggle('lost', lost);
    main.parentElement?.classList.toggle('lost', lost);
  };
  offs.push(onLink(showLink));

  const showClock = (): void => {
    const now = serverNow();
    setText(time, clockText(zone(), now));
    time.title = `${dateText(zone(), now)} ${zone()}`;
    setText(offset, offsetText(offsetAt(zone(), now)));
  };
  const timer = setInterval(showClock, 250);
  offs.push(() => clearInterval(timer));
  offs.push(onZone(() => {
    clock.querySelector('select')?.replaceWith(zoneSelect());
    showClock();
  }));

  into.replaceChildren(app);
  showLink();
  showClock();

  return {
    main,
    setRoute(route) {
      for (const [name, anchor] of links) {
        if (name === entryOf(route)) anchor.setAttribute('aria-current', 'page');
        else anchor.removeAttribute('aria-current');
      }
      const text = route ? t(`nav.${route}`) : '';
      setText(crumb, text);
      crumb.hidden = text === '';
      document.title = [text, plant.textContent?.trim(), 'Varve'].filter((part) => part).join(' · ');
    },
    setPlant(name) {
      setText(plant, name);
    },
    dispose() {
      offs.forEach((off) => off());
    },
  };
}
