// The stream of the pens on screen: their samples go on from what was loaded.

import { globEscape } from '../path';
import { subscribe } from '../stream';
import { appendLive } from './data';
import { setData, type Pen } from './model';

const RECENT = 256; // live samples kept for each pen
const FEW = 1000; // rows that are not worth forgetting

export class PenStream {
  private end = (): void => undefined;
  private streamed = '';

  /** `drawn` is told when a sample came to a pen, with its time. */
  constructor(private readonly drawn: (time: number) => void) {}

  stop(): void {
    this.end();
    this.end = (): void => undefined;
    this.streamed = '';
  }

  /** Streams the tags of the pens that `pens` gives, and only those. */
  follow(tags: string[], pens: () => Pen[], perPixel: () => number): void {
    const key = tags.join('\n');
    if (key === this.streamed) return;
    this.stop();
    this.streamed = key;
    if (tags.length === 0) return;
    this.end = subscribe(tags.map(globEscape), (values) => {
      const byTag = new Map(pens().map((pen) => [pen.tag, pen]));
      for (const value of values) {
        const pen = byTag.get(value.tag);
        if (!pen) continue;
        pen.recent.push(value);
        if (pen.recent.length > RECENT) pen.recent.splice(0, RECENT / 2);
        if (!appendLive(pen.loaded, value)) continue;
        if (pen.delta) setData(pen, pen.loaded, perPixel());
        this.drawn(value.time);
      }
    });
  }
}

/** Forgets rows far left of a followed view, so that a day of following does not grow. */
export function trim(pen: Pen, before: number): void {
  const data = pen.loaded;
  let n = 0;
  while (n < data.time.length && data.time[n] < before) n++;
  if (n < FEW) return;
  const columns = new Set<unknown[]>([data.time, data.value, data.min, data.max, data.first, data.last, data.count, data.bad, data.quality]);
  if (data.text) columns.add(data.text);
  for (const column of columns) column.splice(0, n);
}
