// A counter as what it grew by in each bucket. A count that falls is a counter that began again: its
// new reading is what it grew by.

import { LADDER } from '../ladder';
import { DAY } from '../zone';
import { emptyData, type PenData } from './data';

const BAR_PIXELS = 10;

/** What a counter grew by; the time that a pixel stands for chooses the buckets of raw rows. */
export function deltaData(data: PenData, perPixel: number): PenData {
  const wanted = perPixel * BAR_PIXELS;
  const width = data.kind === 'bucket' ? data.width : LADDER.find((rung) => rung >= wanted) ?? DAY;
  const out = emptyData('double', 'bucket', width);
  out.open = data.open;
  let before = NaN;
  for (let i = 0; i < data.time.length; i++) {
    const start = data.kind === 'bucket' ? data.time[i] : Math.floor(data.time[i] / width) * width;
    const now = data.last[i];
    let n = out.time.length - 1;
    if (n < 0 || out.time[n] !== start) {
      n = out.time.push(start) - 1;
      for (const column of [out.value, out.min, out.max, out.first, out.last]) column.push(NaN);
      out.count.push(0);
      out.bad.push(0);
      out.quality.push(192);
    }
    out.bad[n] += data.bad[i];
    if (!Number.isNaN(now)) {
      // Inside a bucket a counter may have begun again: the sum of both stretches is at least this.
      const grown = Number.isNaN(before) ? (data.kind === 'bucket' ? now - data.first[i] : 0) : now >= before ? now - before : now;
      const sum = (Number.isNaN(out.value[n]) ? 0 : out.value[n]) + grown;
      out.value[n] = out.min[n] = out.max[n] = out.first[n] = out.last[n] = sum;
      out.count[n] += data.count[i];
      before = now;
    }
    out.quality[n] = out.bad[n] === 0 ? 192 : out.count[n] === 0 ? 0 : 64;
  }
  return out;
}
