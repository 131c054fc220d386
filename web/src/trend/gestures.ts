// Pointers over the plot. Drag zooms time, Alt-drag a rectangle, Shift or the middle button pans,
// Ctrl-wheel zooms at the pointer, double click goes back, a click pins the
// cursor; one finger inspects, two pan and pinch.

import { h } from '../dom';

const CLICK_PIXELS = 4;

export interface GestureTarget {
  /** The pointer is at x (CSS pixels in the area), or left it. */
  hover(x: number | null): void;
  zoomTime(x0: number, x1: number): void;
  zoomRectangle(x0: number, x1: number, y0: number, y1: number): void;
  /** A pan or pinch begins, moves by pixels with a factor around x, ends. */
  grab(): void;
  drag(pixels: number, factor: number, x: number): void;
  release(): void;
  wheel(x: number, factor: number): void;
  back(): void;
  /** A click at x: the cursor stays there. */
  pin(x: number): void;
}

interface Touch {
  x: number;
  y: number;
}

/** Takes the pointers of an element; returns the function that lets go. */
export function attachGestures(over: HTMLElement, target: GestureTarget): () => void {
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(type: K, f: (event: HTMLElementEventMap[K]) => void, options = {}): void =>
    over.addEventListener(type, f, { signal: stop.signal, ...options });
  const box = h('div', { class: 'zoombox', hidden: true });
  over.append(box);
  const touches = new Map<number, Touch>();
  let mode: 'none' | 'time' | 'rectangle' | 'pan' | 'pinch' = 'none';
  let start: Touch = { x: 0, y: 0 };
  let pinch = { middle: 0, distance: 1 };

  const place = (event: PointerEvent | WheelEvent): Touch => {
    const area = over.getBoundingClientRect();
    return { x: event.clientX - area.left, y: event.clientY - area.top };
  };
  const within = (x: number): number => Math.min(Math.max(x, 0), over.clientWidth);

  const pinchState = (): { middle: number; distance: number } => {
    const [a, b] = [...touches.values()];
    return { middle: (a.x + b.x) / 2, distance: Math.max(Math.abs(a.x - b.x), 20) };
  };

  on('pointerdown', (event) => {
    const at = place(event);
    if (event.pointerType === 'touch') {
      touches.set(event.pointerId, at);
      if (touches.size === 2) {
        mode = 'pinch';
        pinch = pinchState();
        target.grab();
      } else target.hover(at.x);
      return;
    }
    if (event.button > 1) return;
    over.setPointerCapture(event.pointerId);
    start = at;
    if (event.button === 1 || event.shiftKey) {
      mode = 'pan';
      over.classList.add('panning');
      target.grab();
    } else mode = event.altKey ? 'rectangle' : 'time';
    event.preventDefault();
    over.closest<HTMLElement>('[tabindex]')?.focus({ preventScroll: true });
  });

  on('pointermove', (event) => {
    const at = place(event);
    if (event.pointerType === 'touch') {
      if (!touches.has(event.pointerId)) return;
      touches.set(event.pointerId, at);
      if (mode === 'pinch' && touches.size === 2) {
        const next = pinchState();
        target.drag(next.middle - pinch.middle, pinch.distance / next.distance, next.middle);
        pinch = next;
      } else if (touches.size === 1) target.hover(within(at.x));
      return;
    }
    if (mode === 'pan') {
      target.drag(at.x - start.x, 1, at.x);
      start = at;
      return;
    }
    target.hover(within(at.x));
    if (mode !== 'time' && mode !== 'rectangle') return;
    const x0 = within(Math.min(start.x, at.x));
    const x1 = within(Math.max(start.x, at.x));
    const tall = mode === 'rectangle';
    const y0 = tall ? Math.max(0, Math.min(start.y, at.y)) : 0;
    const y1 = tall ? Math.min(over.clientHeight, Math.max(start.y, at.y)) : over.clientHeight;
    box.hidden = x1 - x0 < CLICK_PIXELS;
    Object.assign(box.style, { left: `${x0}px`, width: `${x1 - x0}px`, top: `${y0}px`, height: `${y1 - y0}px` });
  });

  const end = (event: PointerEvent): void => {
    const at = place(event);
    if (event.pointerType === 'touch') {
      touches.delete(event.pointerId);
      if (mode === 'pinch' && touches.size < 2) {
        mode = 'none';
        target.release();
      }
      return;
    }
    const was = mode;
    mode = 'none';
    box.hidden = true;
    over.classList.remove('panning');
    if (was === 'pan') target.release();
    if (event.type === 'pointercancel') return;
    if (Math.abs(at.x - start.x) < CLICK_PIXELS) {
      if (was === 'time' && Math.abs(at.y - start.y) < CLICK_PIXELS) target.pin(within(at.x));
      return;
    }
    const x0 = within(Math.min(start.x, at.x));
    const x1 = within(Math.max(start.x, at.x));
    if (was === 'time') target.zoomTime(x0, x1);
    else if (was === 'rectangle') target.zoomRectangle(x0, x1, Math.min(start.y, at.y), Math.max(start.y, at.y));
  };
  on('pointerup', end);
  on('pointercancel', end);
  on('pointerleave', (event) => {
    if (event.pointerType !== 'touch' && mode === 'none') target.hover(null);
  });
  on('dblclick', () => target.back());
  on('auxclick', (event) => event.preventDefault());
  on('wheel', (event) => {
    if (!event.ctrlKey) return; // without Ctrl the wheel scrolls the page
    event.preventDefault();
    target.wheel(place(event).x, Math.exp(Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 100) * 0.003));
  }, { passive: false });

  return () => {
    stop.abort();
    box.remove();
  };
}
