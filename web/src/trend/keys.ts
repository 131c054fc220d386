// Which key does what on the Trend page; help.ts lists them.

export interface KeyActions {
  step(direction: 1 | -1): void;
  shift(direction: 1 | -1, part?: number): void;
  zoom(factor: number): void;
  back(): void;
  live(): void;
  second(): void;
  focus(pen: number): void;
  hide(): void;
  fit(): void;
  table(): void;
  note(): void;
  file(): void;
  escape(): void;
}

/** Does what a key asks for; false when it is none of ours. */
export function trendKey(event: KeyboardEvent, actions: KeyActions): boolean {
  const { key } = event;
  if (/^[1-9]$/.test(key)) {
    actions.focus(Number(key) - 1);
    return true;
  }
  const keys: Record<string, () => void> = {
    ArrowLeft: () => (event.shiftKey ? actions.shift(-1, 0.1) : actions.step(-1)),
    ArrowRight: () => (event.shiftKey ? actions.shift(1, 0.1) : actions.step(1)),
    '+': () => actions.zoom(0.5),
    '=': () => actions.zoom(0.5),
    '-': () => actions.zoom(2),
    '[': () => actions.shift(-1),
    ']': () => actions.shift(1),
    Backspace: () => actions.back(),
    f: () => actions.live(),
    b: () => actions.second(),
    h: () => actions.hide(),
    y: () => actions.fit(),
    t: () => actions.table(),
    n: () => actions.note(),
    e: () => actions.file(),
    Escape: () => actions.escape(),
  };
  // Arrows in the table and the list of points move there; Enter and blank belong to what has the focus.
  if (!keys[key] || (key.startsWith('Arrow') && (event.target as Element).closest('.tscroll, .chooser, .measure-scroll'))) return false;
  keys[key]();
  return true;
}
