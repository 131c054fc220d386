// Changes of a trend's state that move several of its parts at once.

import type { FixedScale, TrendState } from '../address';
import type { Axis } from './model';

/** The tag as a pen more, focused; or, where it is one, without it. Scales belong to axes that may be others then. */
export function toggleTag(state: TrendState, tag: string): TrendState {
  const at = state.tags.indexOf(tag);
  const moved = (list: number[]): number[] => (at < 0 ? list : list.filter((i) => i !== at).map((i) => (i > at ? i - 1 : i)));
  const tags = at < 0 ? [...state.tags, tag] : state.tags.filter((name) => name !== tag);
  const focus = at < 0 ? tags.length - 1 : Math.max(0, Math.min(state.focus - (at < state.focus ? 1 : 0), tags.length - 1));
  return {
    ...state, tags, focus, fixed: [], engineering: [],
    hidden: moved(state.hidden), delta: moved(state.delta), states: moved(state.states),
  };
}

/**
 * The scales that a rectangle asks for, of all axes; in strips, of the one that its middle is in.
 * `top` and `bottom` are parts of the plot's height, `valueAt` is an axis' value at one.
 */
export function rectangleScales(axes: Axis[], fixed: FixedScale[], top: number, bottom: number, valueAt: (axis: Axis, part: number) => number): FixedScale[] {
  const middle = (top + bottom) / 2;
  const meant = axes.filter((axis) => axis.height === 1 || (middle >= axis.top && middle <= axis.top + axis.height));
  const value = (axis: Axis, part: number): number => Number(valueAt(axis, part).toPrecision(7));
  return [
    ...fixed.filter((scale) => !meant.some((axis) => axis.number === scale.axis)),
    ...meant.map((axis) => ({ axis: axis.number, min: value(axis, bottom), max: value(axis, top) })),
  ];
}
