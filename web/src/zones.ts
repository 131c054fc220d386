// The one zone that all times on screen are in: the plant's, UTC, or the browser's.

import { onSettings, settings } from './settings';
import { browserZone, zoneExists } from './zone';

let plant = 'UTC';
const listeners = new Set<() => void>();

export function setPlantZone(zone: string): void {
  const next = zoneExists(zone) ? zone : 'UTC';
  if (next === plant) return;
  plant = next;
  for (const listener of listeners) listener();
}

export function plantZone(): string {
  return plant;
}

export function zone(): string {
  const mode = settings().zone;
  return mode === 'utc' ? 'UTC' : mode === 'browser' ? browserZone() : plant;
}

/** Told when the zone on screen changes. */
export function onZone(listener: () => void): () => void {
  let shown = zone();
  const check = (): void => {
    if (zone() === shown) return;
    shown = zone();
    listener();
  };
  listeners.add(check);
  const off = onSettings(check);
  return () => {
    listeners.delete(check);
    off();
  };
}
