// One Server-Sent Events connection for the whole page. Pages say which globs they want; the
// connection is opened again when the union changes. Silence counts as loss: the server beats every
// second or two, so whatever hangs in between is noticed as well as a closed socket.

import type { LiveValue } from './api';
import { debounce } from './dom';
import { keepValues, type Values } from './values';

/** Without any event for this long everything on screen is grey: under 3 s together with CHECK_MS. */
const LOST_MS = 2500;
const CHECK_MS = 200;
/** A page that wants nothing still gets the beat, after this long. */
const FIRST_MS = 600;
const RETRY_MS = [500, 1000, 2000, 5000];

/** Up to so many points the whole plant is streamed; beyond, what is on screen. */
export const STREAM_ALL = 5000;

/** The server takes no more in one stream. */
const MOST_GLOBS = 64;

/** The glob that every tag matches. */
export const ALL = '*';

export type Link = 'connecting' | 'live' | 'lost';

interface Subscription {
  globs: string[];
  onValues: (values: LiveValue[]) => void;
}

const subscriptions = new Set<Subscription>();
const linkListeners = new Set<() => void>();
export const liveValues: Values = new Map();

let source: EventSource | null = null;
let openGlobs = '';
let state: Link = 'connecting';
let lastEvent = performance.now();
let attempt = 0;
let retryTimer = 0;
let clockAhead = 0; // server clock minus this machine's, ms

export function link(): Link {
  return state;
}

/** The server's clock, ms. */
export function serverNow(): number {
  return Date.now() + clockAhead;
}

export function noteServerClock(now: number): void {
  clockAhead = now - Date.now();
}

/** When the last event came, in the server's clock. */
export function lastHeard(): number {
  return serverNow() - (performance.now() - lastEvent);
}

function setState(next: Link): void {
  if (state === next) return;
  state = next;
  for (const listener of linkListeners) listener();
}

export function onLink(listener: () => void): () => void {
  linkListeners.add(listener);
  return () => linkListeners.delete(listener);
}

function wanted(): string[] {
  const globs = new Set<string>();
  for (const s of subscriptions) s.globs.forEach((glob) => globs.add(glob));
  return [...globs].sort().slice(0, MOST_GLOBS);
}

function heard(): void {
  lastEvent = performance.now();
  attempt = 0;
  setState('live');
}

function deliver(event: MessageEvent<string>): void {
  heard();
  const values = (JSON.parse(event.data) as { values: LiveValue[] }).values;
  keepValues(liveValues, values);
  for (const s of subscriptions) s.onValues(values);
}

function open(): void {
  clearTimeout(retryTimer);
  source?.close();
  source = null;
  const globs = wanted();
  openGlobs = globs.join('\n');
  // A page that wants no values gets the beat, and at most one tag's values.
  const q = new URLSearchParams();
  for (const glob of globs.length > 0 ? globs : ['-']) q.append('match', glob);
  const es = new EventSource(`/api/v1/stream?${q}`);
  source = es;
  es.addEventListener('snapshot', deliver);
  es.addEventListener('change', deliver);
  es.addEventListener('beat', (event) => {
    heard();
    noteServerClock((JSON.parse((event as MessageEvent<string>).data) as { now: number }).now);
  });
  es.addEventListener('error', () => {
    if (source !== es) return;
    es.close();
    source = null;
    retryTimer = window.setTimeout(open, RETRY_MS[Math.min(attempt++, RETRY_MS.length - 1)]);
  });
}

const reopen = debounce(120, () => {
  if (!source || wanted().join('\n') !== openGlobs) open();
});

/** Starts the connection's watch; once, at start. The first page's wishes open the connection. */
export function startStream(): void {
  setTimeout(() => source ?? open(), FIRST_MS);
  setInterval(() => {
    if (performance.now() - lastEvent < LOST_MS) return;
    setState('lost');
    // A connection that is open and silent is as good as none.
    if (source && performance.now() - lastEvent > 4 * LOST_MS) {
      lastEvent = performance.now() - LOST_MS;
      open();
    }
  }, CHECK_MS);
}

/** Asks for values; returns the function that ends it. */
export function subscribe(globs: string[], onValues: (values: LiveValue[]) => void): () => void {
  const s: Subscription = { globs, onValues };
  subscriptions.add(s);
  reopen();
  return () => {
    subscriptions.delete(s);
    reopen();
  };
}
