// The buttons above the plot. Every drag and key has a button here.

import { h, setText } from '../dom';
import { icon, type IconName } from '../icons';
import { t, type Key } from '../i18n';

export interface ToolbarActions {
  chooser(): void;
  shift(direction: 1 | -1): void;
  zoom(factor: number): void;
  back(): void;
  live(): void;
  fit(): void;
  second(): void;
  options(): void;
  envelope(): void;
  table(): void;
  note(): void;
  file(): void;
  png(): void;
  save(): void;
}

export interface ToolbarState {
  follow: boolean;
  chooserOpen: boolean;
  second: boolean;
  envelope: boolean;
  table: boolean;
  canGoBack: boolean;
  chip: string;
}

export class Toolbar {
  /** Above the page: which time is shown. */
  readonly element: HTMLElement;
  /** Above the plot: how it is shown. */
  readonly view: HTMLElement;
  private readonly chip = h('span', { class: 'badge chip' });
  private readonly buttons = new Map<string, HTMLButtonElement>();

  constructor(actions: ToolbarActions, presets: HTMLElement, typed: HTMLElement) {
    const live = this.button('live', 'trend.live', null, () => actions.live());
    live.classList.add('live-button');
    this.element = h('div', { class: 'bar trendbar', role: 'toolbar', 'aria-label': t('trend.tools') },
      this.button('chooser', 'trend.choose', 'panel', () => actions.chooser()),
      presets,
      h('div', { class: 'group' },
        this.button('earlier', 'trend.earlier', 'left', () => actions.shift(-1)),
        this.button('later', 'trend.later', 'right', () => actions.shift(1)),
        this.button('in', 'trend.zoomIn', 'plus', () => actions.zoom(0.5)),
        this.button('out', 'trend.zoomOut', 'minus', () => actions.zoom(2)),
        this.button('back', 'trend.back', 'back', () => actions.back())),
      live, typed);
    this.view = h('div', { class: 'viewbar', role: 'toolbar', 'aria-label': t('trend.viewTools') },
      this.chip, h('span', { class: 'spacer' }),
      h('div', { class: 'group' },
        this.button('fit', 'trend.fit', 'fit', () => actions.fit()),
        this.button('second', 'trend.second', 'cursors', () => actions.second()),
        this.button('envelope', 'trend.envelope', 'envelope', () => actions.envelope()),
        this.button('table', 'trend.table', 'table', () => actions.table()),
        this.button('options', 'trend.options', 'options', () => actions.options())),
      h('div', { class: 'group' },
        this.button('note', 'note.new', 'note', () => actions.note()),
        this.button('file', 'trend.export', 'save', () => actions.file()),
        this.button('png', 'action.png', null, () => actions.png())),
      h('div', { class: 'group' },
        this.button('save', 'view.save', null, () => actions.save()),
        h('a', { class: 'button', href: '/views' }, t('nav.views'))));
  }

  private button(name: string, key: Key, symbol: IconName | null, onclick: () => void): HTMLButtonElement {
    const label = t(key);
    const button = h('button', { class: `button${symbol ? ' square' : ''}`, type: 'button', title: label, 'aria-label': label, onclick },
      symbol ? icon(symbol) : t(`${key}.short` as Key));
    this.buttons.set(name, button);
    return button;
  }

  show(state: ToolbarState): void {
    const pressed: Record<string, boolean> = {
      live: state.follow, chooser: state.chooserOpen, second: state.second, envelope: state.envelope, table: state.table,
    };
    for (const [name, value] of Object.entries(pressed)) this.buttons.get(name)!.setAttribute('aria-pressed', String(value));
    this.buttons.get('back')!.disabled = !state.canGoBack;
    setText(this.chip, state.chip);
    this.chip.hidden = state.chip === '';
  }
}
