import { test } from 'node:test';
import assert from 'node:assert/strict';
import { DEFAULT_SPAN, parseTrend, pointHref, pointOf, trendHref, trendQuery, type TrendState } from './address';

const now = Date.parse('2024-11-05T12:00:00Z');
const round = (state: TrendState): TrendState => parseTrend(trendQuery(state), 'Europe/Kyiv', now);

test('everything on screen comes back', () => {
  const state: TrendState = {
    tags: ['Boiler 1/Steam/Pressure', 'a+b&c=d', '锅炉/压力', 'A\\/B/100%'],
    hidden: [1, 3], focus: 2, from: now - 5_000_123, to: now - 123, follow: false,
    axes: 'pen', view: 'table', envelope: false,
    fixed: [{ axis: 1, min: -2.5, max: 1e6 }, { axis: 3, min: 0, max: 0.125 }],
    engineering: [2], at: now - 4_000_000, second: now - 3_999_999, interpolate: true, delta: [0], states: [1, 2],
    compared: [{ kind: 'days', n: 7, text: '-7d' }, { kind: 'start', offset: -86_400_000 }], difference: true, notes: false, saved: 12,
  };
  assert.deepEqual(round(state), state);
});

test('a followed view stays relative', () => {
  const state = parseTrend('?tag=x&from=now-90m&to=now', 'UTC', now);
  assert.equal(state.follow, true);
  assert.equal(trendQuery(state), '?tag=x&from=now-90m&to=now');
  assert.deepEqual(round(state), state);
});

test('readable: slashes and blanks are not percent signs', () => {
  assert.equal(trendHref(['Boiler 1/Steam']), '/trend?tag=Boiler+1/Steam');
});

test('defaults for what is missing, wrong or upside down', () => {
  for (const query of ['', '?from=rubbish', '?from=now&to=now-1h', '?to=2024-13-01']) {
    const state = parseTrend(query, 'Europe/Kyiv', now);
    assert.equal(state.to, now, query);
    assert.equal(state.to - state.from, DEFAULT_SPAN, query);
  }
  const state = parseTrend('?tag=a&tag=a&tag=b&hide=0,2,9,x&focus=7&y=1:5:2&y=z', 'UTC', now);
  assert.deepEqual(state.tags, ['a', 'b']);
  assert.deepEqual(state.hidden, [1]);
  assert.equal(state.focus, 0);
  assert.deepEqual(state.fixed, []);
});

test('spans are held between 10 ms and 50 years', () => {
  const wide = parseTrend('?from=1900-01-01&to=2024-01-01', 'UTC', now);
  assert.ok(wide.to - wide.from <= 50 * 366 * 86_400_000);
  const thin = parseTrend('?from=2024-01-01T00:00:00.000Z&to=2024-01-01T00:00:00.001Z', 'UTC', now);
  assert.equal(thin.to - thin.from, 10);
});

test('an offset whose plus became a blank is still read', () => {
  assert.equal(parseTrend('?from=2024-11-05T09:00:00+02:00&to=2024-11-05T12:00:00+02:00', 'UTC', now).to, Date.parse('2024-11-05T10:00:00Z'));
});

test('points', () => {
  for (const path of ['', 'Boiler 1/Steam', '100%/a?b#c', 'A\\/B/c']) assert.equal(pointOf(new URL(pointHref(path), 'http://x').pathname), path);
});
