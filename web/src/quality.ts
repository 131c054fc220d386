// OPC quality as the pages show it: the two top bits decide, the rest names the reason.

export type QualityClass = 'good' | 'uncertain' | 'bad';

export function qualityClass(quality: number): QualityClass {
  const top = quality & 0xc0;
  return top === 0xc0 ? 'good' : top === 0x40 ? 'uncertain' : 'bad';
}

/** Substatus codes of OPC DA that have a text of their own (keys `quality.N` in the languages). */
const NAMED = new Set([0, 4, 8, 12, 16, 20, 24, 28, 64, 68, 80, 84, 88, 192, 216]);

/** The language key that describes a quality; the two limit bits are left out. */
export function qualityKey(quality: number): string {
  const code = quality & 0xfc;
  if (NAMED.has(code)) return `quality.${code}`;
  return `quality.${code & 0xc0 ? (code & 0xc0) === 0x40 ? 64 : 192 : 0}`;
}

const STALE_DEFAULT_MS = 5 * 60_000;

/** After which time without a successful poll a value is stale: three periods, else five minutes. */
export function staleAfter(periodSeconds: number | undefined): number {
  return periodSeconds ? periodSeconds * 3000 : STALE_DEFAULT_MS;
}
