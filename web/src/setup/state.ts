// How the server is: /health, and the numbers of /metrics by name and history.

import { exchange } from '../api';
import type { Health } from '../api';

export interface HistoryState {
  name: string;
  status: 'ok' | 'stalled' | 'disk_full' | 'read_only' | 'unknown';
  store: string;
  layout: string;
  provider: number;
  rows: number;
  series: number;
  bytes: number;
  damaged: number;
  trouble: string;
}

export interface DeviceState {
  connection: string;
  device: string;
  driver: string;
  state: 'up' | 'trouble' | 'down' | 'connecting' | 'inactive' | 'fault';
  points: number;
  polls: number;
  failures: number;
  samples: number;
  lost: number;
  overruns: number;
  poll_ms: number;
  last_good: number | null;
  last_error_time: number | null;
  last_error: string;
}

export interface State extends Health {
  histories: HistoryState[];
  connections: DeviceState[];
  started: number;
}

/** A server that cannot store answers 503 with the same body. */
export async function readState(signal?: AbortSignal): Promise<State> {
  const answer = await fetch('/health', { signal });
  if (answer.status !== 503) return (await exchange<State>('/health', { method: 'GET' }, signal)).body;
  return await answer.json() as State;
}

/** `varve_store_parts{history="main"} 3` as `store_parts` of `main`; without a label the name alone. */
export function parseMetrics(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^varve_(\w+)(?:\{(\w+)="((?:[^"\\]|\\.)*)"\})? (\S+)$/.exec(line);
    if (!match) continue;
    const label = match[3]?.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
    found.set(label === undefined ? match[1] : `${match[1]} ${label}`, Number(match[4]));
  }
  return found;
}

export async function readMetrics(): Promise<Map<string, number>> {
  const answer = await fetch('/metrics');
  if (!answer.ok) throw new Error(`/metrics: ${answer.status}`);
  return parseMetrics(await answer.text());
}

/** Asks again and again until the page is gone; `fail` is told once for each run of failures. */
export function every(ms: number, ask: () => Promise<void>, fail: (error: unknown) => void): () => void {
  let timer = 0;
  let gone = false;
  const turn = async (): Promise<void> => {
    try {
      await ask();
    } catch (error) {
      if (!gone) fail(error);
    }
    if (!gone) timer = window.setTimeout(() => void turn(), ms);
  };
  void turn();
  return () => {
    gone = true;
    clearTimeout(timer);
  };
}
