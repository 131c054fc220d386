// The Trend page in a real browser against a real server.
import { after, before, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { drawn, openPage, picture, plotColumn, PageServer, startBrowser, until } from './harness.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WEEK = 7 * 24 * HOUR;
const SPIKE_TAG = 'Test/Spike';
const WAVE_TAG = 'Test/Wave';
let server;
let browser;
let page;
let start; // of the recorded data, a whole hour
let spike; // the instant of the one high sample
let week; // of a week of seconds
let weekSpike; // its one high sample

const iso = (time) => new Date(time).toISOString();
const range = (from, to) => `from=${iso(from)}&to=${iso(to)}`;
const query = () => new URL(page.url()).searchParams;
const address = () => page.url();

async function show(path, options) {
  page = await openPage(browser, options);
  await page.goto(server.url + path);
  await page.waitForSelector('.u-over');
  await until('rows', () => page.evaluate(() => document.querySelector('.chip')?.textContent !== ''));
  await drawn(page);
}

async function plotBox() {
  return page.locator('.u-over').boundingBox();
}

/** A week of seconds, flat but for one sample, and pens beside it that are not. */
async function writeWeek() {
  const at = week + 100 * HOUR + 2345 * 1000;
  for (let from = week; from < week + WEEK; from += 24 * HOUR) {
    const lines = [];
    for (let time = from; time < from + 24 * HOUR; time += 1000) lines.push(`Week Seconds=${time === at ? 100 : 10} ${time}`);
    for (let time = from; time < from + 24 * HOUR; time += 60_000) {
      lines.push(`Week A=${20 + Math.sin(time / 1e6)},B=${25 + Math.cos(time / 1e7)},C=${30 + Math.sin(time / 1e8)},D=${5 + Math.sin(time / 1e5)} ${time}`);
    }
    const answer = await fetch(`${server.url}/write?precision=ms`, { method: 'POST', body: lines.join('\n') });
    assert.equal(answer.status, 204);
  }
  return at;
}

before(async () => {
  server = await PageServer.start('Europe/Kyiv');
  browser = await startBrowser();
  start = Math.floor(Date.now() / HOUR) * HOUR - 30 * HOUR;
  spike = start + 13 * HOUR + 1234 * 1000;
  week = start - 8 * 24 * HOUR;
  weekSpike = await writeWeek();
  const samples = [];
  for (let i = 0; i < 86_400; i++) {
    const time = start + i * 1000;
    samples.push([SPIKE_TAG, time, time === spike ? 100 : 10 + Math.sin(i / 300)]);
  }
  for (let i = 0; i < 1440; i++) {
    const time = start + i * MINUTE;
    const bad = i >= 600 && i < 660;
    samples.push([WAVE_TAG, time, bad ? null : 50 + 20 * Math.sin(i / 60), bad ? 0 : i >= 900 && i < 960 ? 64 : 192]);
  }
  for (let i = 0; i < 200; i++) samples.push(['Test/Running', start + i * 7 * MINUTE, i % 3 === 0, 192]);
  for (let i = 0; i < 40; i++) samples.push(['Test/Mode', start + i * 30 * MINUTE, ['Auto', 'Hand', 'Off'][i % 3], 192]);
  await server.samples(samples);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

beforeEach(async () => {
  if (page) await page.context().close();
  page = null;
});

test('a spike of one sample is seen at every zoom', async () => {
  for (const span of [24 * HOUR, 8 * HOUR, HOUR, 10 * MINUTE, MINUTE]) {
    const from = Math.max(start, spike - span * 0.4);
    await show(`/trend?tag=${SPIKE_TAG}&${range(from, from + span)}`);
    const rows = await plotColumn(page, (spike - from) / span, 7);
    const upper = rows.slice(0, Math.floor(rows.length / 2)).filter((n) => n > 0).length;
    assert.ok(upper > rows.length * 0.25, `${span / MINUTE} min: ${upper} of ${rows.length} rows coloured above the middle`);
    if (span === 24 * HOUR) await picture(page, 'spike-day');
    assert.deepEqual(page.problems, []);
    await page.context().close();
    page = null;
  }
});

test('one second of a week is a pixel at every zoom, beside four other pens and with more than eight', async () => {
  const five = ['Seconds', 'A', 'B', 'C', 'D'].map((name) => `tag=Week/${name}`).join('&');
  const ten = `${five}&tag=${SPIKE_TAG}&tag=${WAVE_TAG}&tag=No/1&tag=No/2&tag=No/3`;
  for (const [tags, span] of [[five, WEEK], [five, 3 * 24 * HOUR], [five, 12 * HOUR], [five, HOUR], [five, 10 * MINUTE], [ten, WEEK]]) {
    const from = Math.max(week, weekSpike - span * 0.4);
    // Only the spike reaches above a third of the scale.
    await show(`/trend?${tags}&${range(from, from + span)}&y=1:0:110${tags === ten ? '&focus=2' : ''}`);
    const rows = await plotColumn(page, (weekSpike - from) / span, 7);
    const upper = rows.slice(Math.floor(rows.length * 0.15), Math.floor(rows.length * 0.6));
    assert.ok(upper.every((n) => n > 0), `${tags.length} ${span / HOUR} h: ${upper.filter((n) => n === 0).length} of ${upper.length} rows are empty`);
    const beside = (await plotColumn(page, (weekSpike - from) / span + 0.05, 7)).slice(Math.floor(rows.length * 0.15), Math.floor(rows.length * 0.6));
    assert.ok(beside.every((n) => n === 0), 'nothing there beside it');
    if (span === WEEK) await picture(page, `spike-week-${tags === ten ? 10 : 5}`);
    assert.deepEqual(page.problems, []);
    await page.context().close();
    page = null;
  }
});

test('drag zooms, shift-drag pans, Backspace and double click go back', async () => {
  const first = range(start, start + 10 * HOUR);
  await show(`/trend?tag=${WAVE_TAG}&${first}`);
  const box = await plotBox();
  const y = box.y + box.height / 2;
  const at = (part) => box.x + box.width * part;
  await page.mouse.move(at(0.2), y);
  await page.mouse.down();
  await page.mouse.move(at(0.6), y, { steps: 5 });
  await page.mouse.up();
  await until('the zoom', () => Date.parse(query().get('from')) > start + MINUTE);
  const span = Date.parse(query().get('to')) - Date.parse(query().get('from'));
  assert.ok(Math.abs(span - 4 * HOUR) < 5 * MINUTE, `${span / MINUTE} min`);
  assert.ok(Math.abs(Date.parse(query().get('from')) - (start + 2 * HOUR)) < 3 * MINUTE);

  const zoomed = address();
  await page.keyboard.down('Shift');
  await page.mouse.move(at(0.5), y);
  await page.mouse.down();
  await page.mouse.move(at(0.75), y, { steps: 6 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await until('the pan', () => address() !== zoomed);
  assert.ok(Math.abs(Date.parse(query().get('from')) - (start + HOUR)) < 3 * MINUTE, query().get('from'));

  await page.keyboard.press('Backspace');
  await until('the zoomed view', () => address() === zoomed);
  await page.mouse.dblclick(at(0.5), y);
  await until('the first view', () => Date.parse(query().get('from')) === start);
  assert.deepEqual(page.problems, []);
});

test('the address holds everything and comes back', async () => {
  const path = `/trend?tag=${SPIKE_TAG}&tag=${WAVE_TAG}&tag=Test/Running&${range(start, start + 6 * HOUR)
    .replace(/:00\.000Z/g, 'Z')}&hide=1&focus=2&axes=pen&envelope=0&y=1:0:120`;
  await show(path);
  // The address that is written back is the page's own.
  await page.locator('.pen').nth(2).click();
  await until('another focus', () => query().get('focus') === '3');
  await page.locator('.pen').nth(1).click();
  await until('the same address', () => address().slice(server.url.length) === path);
  assert.equal(await page.locator('.pen').count(), 3);
  assert.equal(await page.locator('.pen.off').count(), 1);
  assert.match(await page.locator('.pen.focused').textContent(), /Wave/);
});

test('keys alone are enough', async () => {
  await show(`/trend?tag=${WAVE_TAG}&tag=${SPIKE_TAG}&${range(start, start + 4 * HOUR)}`);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const spoken = await until('the live region', () => page.locator('[aria-live=polite]').textContent());
  assert.match(spoken, /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0[23]:00\. Test\/Wave: \d/);
  await page.keyboard.press(']');
  await until('the next period', () => Date.parse(query().get('from')) === start + 4 * HOUR);
  await page.keyboard.press('[');
  await page.keyboard.press('Escape');
  await page.keyboard.press('+');
  await until('the zoom', () => Date.parse(query().get('to')) - Date.parse(query().get('from')) === 2 * HOUR);
  await page.keyboard.press('2');
  await until('the focus', () => query().get('focus') === '2');
  await page.keyboard.press('h');
  await until('the hidden pen', () => query().get('hide') === '2');
  await page.keyboard.press('t');
  await page.waitForSelector('.trow [role=cell]');
  await until('the view in the address', () => query().get('view') === 'table');
  await page.keyboard.press('f');
  await until('following', () => query().get('to') === 'now');
  assert.deepEqual(page.problems, []);
});

test('the table has times in the plant zone, whatever zone the browser is in', async () => {
  const seen = [];
  for (const timezoneId of ['UTC', 'Europe/Kyiv', 'America/New_York']) {
    await show(`/trend?tag=${WAVE_TAG}&${range(start, start + 2 * HOUR)}&view=plot`, { timezoneId });
    await page.keyboard.press('t');
    seen.push(await page.locator('.virtual .t-time').first().textContent());
    await page.context().close();
  }
  page = null;
  assert.match(seen[0], /\+0[23]:00$/);
  assert.deepEqual(new Set(seen).size, 1, seen.join(' | '));
});

test('the switch of the zone moves every time at once', async () => {
  await show(`/trend?tag=${WAVE_TAG}&${range(start, start + 2 * HOUR)}`);
  await page.locator('.clock select').selectOption('utc');
  await until('UTC', async () => (await page.locator('.field.time').first().inputValue()).endsWith('+00:00'));
  assert.match(await page.locator('.clock .offset').textContent(), /\+00:00/);
});

test('a typed time that does not exist is refused, one that exists twice is asked about', async () => {
  await show(`/trend?tag=${WAVE_TAG}&${range(start, start + 2 * HOUR)}`);
  const [from, to] = [page.locator('.field.time').first(), page.locator('.field.time').last()];
  await from.fill('2024-03-31 03:30');
  await to.fill('now');
  await to.press('Enter');
  assert.match(await page.locator('.picker-message').textContent(), /does not exist/);
  await from.fill('2024-10-27 03:30');
  await from.press('Enter');
  assert.match(await page.locator('.picker-message').textContent(), /twice/);
  await page.locator('.picker-message button').nth(1).click();
  await until('the later one', () => query().get('from')?.startsWith('now-'));
});

test('bad and uncertain stretches are seen, and the line has a gap there', async () => {
  await show(`/trend?tag=${WAVE_TAG}&${range(start, start + 24 * HOUR)}`);
  await picture(page, 'quality');
  const at = (minute) => minute / 1440;
  const inBad = await plotColumn(page, at(630), 3);
  const inGood = await plotColumn(page, at(300), 3);
  const box = await plotBox();
  const bottom = Math.floor(inBad.length * 0.94);
  assert.ok(inBad.slice(bottom).some((n) => n > 0), 'a hatched strip at the bottom');
  assert.ok(!inGood.slice(bottom).some((n) => n > 0), 'none where it is good');
  await page.mouse.move(box.x + box.width * at(630), box.y + 50);
  await until('✕ at the cursor', async () => (await page.locator('.pen-value').textContent()).includes('✕'));
  await page.mouse.move(box.x + box.width * at(930), box.y + 50);
  await until('? at the cursor', async () => (await page.locator('.pen-value').textContent()).includes('?'));
});

test('a pen that fails stands alone', async () => {
  await show(`/trend?tag=${WAVE_TAG}&tag=No/such/tag&${range(start, start + 10 * HOUR)}`);
  const failed = page.locator('.pen').nth(1);
  await until('its error', async () => (await failed.textContent()).includes('✕'));
  const rows = await plotColumn(page, 0.5, 9);
  assert.ok(rows.some((n) => n > 0), 'the other pen is drawn');
  assert.equal(await page.locator('.problem:visible').count(), 0);
});

test('a zoom is not disturbed by a stream of 20 samples a second', async () => {
  const tag = 'Test/Fast';
  let written = 0;
  const writer = setInterval(() => void server.samples([[tag, Date.now(), Math.sin(Date.now() / 2000) * 10 + 20]])
    .then(() => written++, () => undefined), 50);
  try {
    await until('a second of samples', () => written > 20);
    await show(`/trend?tag=${tag}&from=now-1m&to=now`);
    await until('following', () => query().get('to') === 'now');
    const box = await plotBox();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.99, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await until('the zoom', () => query().get('to') !== 'now');
    const zoomed = address();
    const count = written;
    await until('40 more samples', () => written > count + 40);
    assert.equal(address(), zoomed);
    assert.equal(await page.locator('.live-button').getAttribute('aria-pressed'), 'false');
    await page.locator('.live-button').click();
    await until('following again', () => query().get('to') === 'now');
    const value = () => page.locator('.pen-value .value').textContent();
    await page.mouse.move(5, 5);
    const before = await value();
    await until('a live value', async () => (await value()) !== before);
  } finally {
    clearInterval(writer);
  }
});

test('states are lanes, and the page survives all types at once', async () => {
  await show(`/trend?tag=${WAVE_TAG}&tag=Test/Running&tag=Test/Mode&${range(start, start + 20 * HOUR)}`);
  await picture(page, 'lanes');
  const box = await plotBox();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await until('a state at the cursor', async () => /on|off/.test(await page.locator('.pen').nth(1).locator('.pen-value').textContent()));
  assert.match(await page.locator('.pen').nth(2).locator('.pen-value').textContent(), /Auto|Hand|Off/);
  assert.deepEqual(page.problems, []);
});

test('two fingers pinch and pan, one inspects', async () => {
  await show(`/trend?tag=${WAVE_TAG}&${range(start, start + 8 * HOUR)}`, { hasTouch: true, viewport: { width: 800, height: 900 } });
  const box = await plotBox();
  const y = box.y + box.height / 2;
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, ...fractions) => cdp.send('Input.dispatchTouchEvent', {
    type, touchPoints: fractions.map((part, id) => ({ x: box.x + box.width * part, y, id })),
  });
  await touch('touchStart', 0.5);
  await touch('touchMove', 0.55);
  await until('the cursor', () => page.locator('.cursor.first').isVisible());
  await touch('touchEnd');
  assert.equal(Date.parse(query().get('from')), start, 'one finger moves no time');
  await touch('touchStart', 0.4, 0.6);
  for (const spread of [0.12, 0.15, 0.2]) await touch('touchMove', 0.5 - spread, 0.5 + spread);
  await touch('touchEnd');
  const span = () => Date.parse(query().get('to')) - Date.parse(query().get('from'));
  await until('half the time', () => Math.abs(span() - 4 * HOUR) < 10 * MINUTE);
  await page.locator('button[aria-label^="Back"]').click();
  await until('the view before', () => span() === 8 * HOUR);
  assert.deepEqual(page.problems, []);
});
