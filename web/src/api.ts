// The server's HTTP interface, typed. Every failure becomes an ApiError with the server's own code
// and sentence, or `unreachable` when there was no answer.

import { globEscape } from './path';

/** 'none': only samples without a value have come so far. */
export type TagType = 'none' | 'double' | 'integer' | 'boolean' | 'string' | 'datetime';
export type Sample = number | string | boolean | null;

export interface TagInfo {
  tag: string;
  id: number;
  type: TagType;
  unit: string;
  history: string;
  decimals?: number;
  period_s?: number;
  min2?: number; // alarm below, and the low end of the engineering range
  min1?: number; // warning below
  max1?: number; // warning above
  max2?: number; // alarm above, and the high end of the engineering range
  line?: 'step' | 'linear'; // how its line is drawn, where the point says
}

export interface LiveValue {
  tag: string;
  time: number;
  value: Sample;
  quality: number;
  type: TagType;
  unit: string;
  received: number;
}

export interface Health {
  status: string;
  version: string;
  node: string;
  timezone: string;
  now: number;
}

export interface Series {
  tag: string;
  type: TagType;
  unit?: string;
  columns: string[];
  rows: Sample[][];
  every_ms?: number; // of buckets
  source?: string;
  error?: { code: string; message: string };
}

export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly url: string,
    readonly field?: string, // of the request, where one is to blame
    readonly row?: number,
  ) {
    super(message);
  }

  /** Everything that someone who is asked for help needs. */
  details(): string {
    return `${this.code} (HTTP ${this.status})\n${this.message}\n${this.url}`;
  }
}

/** Longer queries go into the body of a POST, which means the same. */
const LONGEST_QUERY = 4000;

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const [place, query = ''] = path.split('?');
  if (query.length <= LONGEST_QUERY) return request<T>('GET', path, undefined, signal);
  return ask<T>(place, { method: 'POST', body: new URLSearchParams(query) }, signal);
}

/** A request with a JSON body or none; the answer's JSON, or null where it has no body. */
export function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  if (body === undefined) return ask<T>(path, { method }, signal);
  return ask<T>(path, { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }, signal);
}

async function ask<T>(path: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
  return (await exchange<T>(path, init, signal)).body;
}

/** Any request; the answer's JSON with its headers. */
export async function exchange<T>(path: string, init: RequestInit, signal?: AbortSignal): Promise<{ body: T; headers: Headers }> {
  let answer: Response;
  let body: unknown;
  try {
    answer = await fetch(path, { ...init, signal, headers: { Accept: 'application/json', ...init.headers } });
    body = await answer.json().catch(() => null);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError('unreachable', String(cause instanceof Error ? cause.message : cause), 0, path);
  }
  if (!answer.ok) {
    const error = (body as { error?: { code?: string; message?: string; field?: string; row?: number } } | null)?.error;
    throw new ApiError(error?.code ?? `http_${answer.status}`, error?.message ?? answer.statusText, answer.status, path,
      error?.field, error?.row);
  }
  if (body === null && answer.status !== 204) throw new ApiError('bad_answer', 'no JSON in the answer', answer.status, path);
  return { body: body as T, headers: answer.headers };
}

export function fetchHealth(): Promise<Health> {
  return get<Health>('/health');
}

const TAGS_PAGE = 10_000;

/** All tags, page after page; `onPage` sees the list grow. */
export async function fetchTags(onPage?: (tags: TagInfo[]) => void, signal?: AbortSignal): Promise<TagInfo[]> {
  const all: TagInfo[] = [];
  let after: string | null = null;
  do {
    const q = new URLSearchParams({ limit: String(TAGS_PAGE) });
    if (after !== null) q.set('after', after);
    const page: { tags: TagInfo[]; next?: string | null } = await get(`/api/v1/tags?${q}`, signal);
    all.push(...page.tags);
    after = page.tags.length > 0 ? page.next ?? null : null;
    if (after !== null) onPage?.(all);
  } while (after !== null);
  return all;
}

export interface HistoryQuery {
  tags: string[];
  from: number;
  to: number;
  points: number;
  bounds?: boolean; // also the last sample before and the first after
}

function historyPath({ tags, from, to, points, bounds }: HistoryQuery): string {
  const q = new URLSearchParams();
  for (const tag of tags) q.append('tag', globEscape(tag));
  q.set('from', String(Math.floor(from)));
  q.set('to', String(Math.ceil(to)));
  q.set('points', String(Math.max(2, Math.round(points))));
  if (bounds) q.set('bounds', '1');
  return `/api/v1/history?${q}`;
}

export async function fetchHistory(query: HistoryQuery, signal?: AbortSignal): Promise<Series[]> {
  return (await get<{ series: Series[] }>(historyPath(query), signal)).series;
}

/** Any other question to /api/v1/history: what is given besides the tags. */
export async function askHistory(tags: string[], params: Record<string, string>, signal?: AbortSignal): Promise<Series[]> {
  const q = new URLSearchParams();
  for (const tag of tags) q.append('tag', globEscape(tag));
  for (const [name, value] of Object.entries(params)) q.set(name, value);
  return (await get<{ series: Series[] }>(`/api/v1/history?${q}`, signal)).series;
}

/** The address of a tag's newest value in the HTTP interface, for other programs. */
export function liveAddress(glob: string): string {
  return `${location.origin}/api/v1/live?match=${encodeURIComponent(glob)}`;
}
