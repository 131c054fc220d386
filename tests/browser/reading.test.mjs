// Reading a trend: the two cursors and what lies between them, axes, lanes, growth, earlier periods.
import { after, before, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { axe, drawn, openPage, picture, plotColumn, PageServer, startBrowser, until } from './harness.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2024-10-25T21:00:00Z'); // midnight of the 26th in Kyiv; the 27th has 25 hours
const UNEVEN = 'Test/Uneven';
const PUMP = 'Test/Pump';
const MODE = 'Test/Mode';
const HOURS = 'Test/Hours';
const COUNT = 'Test/Count';
let server;
let browser;
let page;
const uneven = []; // [time, value, quality]
const pump = [];

const iso = (time) => new Date(time).toISOString();
const range = (from, to) => `from=${iso(from)}&to=${iso(to)}`;
const query = () => new URL(page.url()).searchParams;
/** A number as it is written on screen. */
const numberOf = (text) => Number(text.replace(/[\u202f ]/g, '').replace('−', '-').replace(',', '.').match(/-?\d+(\.\d+)?(e-?\d+)?/)[0]);
const near = (text, wanted) => assert.ok(Math.abs(numberOf(text) - wanted) <= 2e-4 * Math.abs(wanted) + 1e-9, `"${text}" is not ${wanted}`);

async function show(path, options) {
  page = await openPage(browser, options);
  await page.goto(server.url + path);
  await page.waitForSelector('.u-over');
  await until('rows', () => page.evaluate(() => document.querySelector('.chip')?.textContent !== ''));
  await drawn(page);
}

const cells = (row) => page.locator('.measure tbody tr').nth(row).locator('td').allTextContents();

/** Moves the pointer to a part of the plot's width. */
async function point(part, click = false) {
  const box = await page.locator('.u-over').boundingBox();
  await page.mouse.move(box.x + box.width * part, box.y + 60);
  if (click) await page.mouse.click(box.x + box.width * part, box.y + 60);
  await drawn(page);
}

before(async () => {
  server = await PageServer.start('Europe/Kyiv');
  browser = await startBrowser();
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let time = START, i = 0; i < 4000; i++, time += Math.round(1000 + random() * 59_000)) {
    const bad = i % 97 === 0;
    uneven.push([UNEVEN, time, bad ? null : 20 + 10 * Math.sin(i / 50) + random(), bad ? 0 : 192]);
  }
  for (let i = 0; i < 100; i++) pump.push([PUMP, START + i * 17 * MINUTE, i % 2 === 0, 192]);
  const others = [];
  for (let i = 0; i < 60; i++) others.push([MODE, START + i * 30 * MINUTE, ['Auto', 'Hand', 'Off'][i % 3]]);
  for (let i = 0; i < 96; i++) others.push([HOURS, START + i * HOUR, i], [COUNT, START + i * HOUR, (i * 5) % 100]);
  await server.samples([...uneven, ...pump, ...others]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

beforeEach(async () => {
  if (page) await page.context().close();
  page = null;
});

/** What holds between two times, counted row by row. */
function between(rows, from, to) {
  const sum = { integral: 0, known: 0, on: 0, min: Infinity, max: -Infinity };
  rows.forEach(([, time, value, quality], i) => {
    const good = quality >= 192;
    if (good && time >= from && time < to) {
      sum.min = Math.min(sum.min, value);
      sum.max = Math.max(sum.max, value);
    }
    const ms = Math.min(rows[i + 1]?.[1] ?? to, to) - Math.max(time, from);
    if (!good || ms <= 0) return;
    sum.known += ms;
    sum.integral += Number(value) * ms;
    if (value) sum.on += ms;
  });
  return sum;
}
const atOrBefore = (rows, time) => rows.filter((row) => row[1] <= time).pop();

test('between the cursors: the numbers are those of the samples', async () => {
  await show(`/trend?tag=${UNEVEN}&tag=${PUMP}&${range(START, START + 24 * HOUR)}`);
  await point(0.3);
  await page.keyboard.press('b');
  await point(0.62, true);
  await until('both in the address', () => query().has('c') && query().has('d'));
  const [from, to] = [Date.parse(query().get('d')), Date.parse(query().get('c'))];
  assert.ok(Math.abs(from - (START + 0.3 * 24 * HOUR)) < 5 * MINUTE && Math.abs(to - (START + 0.62 * 24 * HOUR)) < 5 * MINUTE);
  await page.waitForSelector('.measure tbody tr + tr');
  await page.waitForSelector('.measure[aria-busy=false]');
  await picture(page, 'measure');
  const [first, second, delta, slope, average, min, max, integral, known] = await cells(0);
  const expected = between(uneven, from, to);
  const [a, b] = [atOrBefore(uneven, from), atOrBefore(uneven, to)];
  near(first, a[2]);
  near(second, b[2]);
  near(delta, b[2] - a[2]);
  near(slope, (b[2] - a[2]) / ((to - from) / HOUR));
  near(average, expected.integral / expected.known);
  near(min, expected.min);
  near(max, expected.max);
  near(integral, expected.integral / HOUR);
  near(known, Math.round((expected.known / (to - from)) * 1000) / 10);
  const states = (await cells(1))[4];
  const on = Math.round(between(pump, from, to).on / MINUTE);
  assert.match(states, new RegExp(`^on ${Math.floor(on / 60)} h ${on % 60 ? `${on % 60} min` : ''}`));
  // The address brings both back; Escape takes them away one by one.
  await page.reload();
  await page.waitForSelector('.measure tbody tr + tr');
  assert.equal((await cells(0))[7], integral);
  await page.mouse.move(5, 5);
  await page.keyboard.press('Escape');
  await until('no second', () => !query().has('d'));
  assert.ok(await page.locator('.measure').isHidden());
  await page.keyboard.press('Escape');
  await until('no cursor', () => !query().has('c'));
  assert.deepEqual(page.problems, []);
});

test('the second cursor is dragged by its label', async () => {
  await show(`/trend?tag=${UNEVEN}&${range(START, START + 10 * HOUR)}&c=${iso(START + HOUR)}&d=${iso(START + 5 * HOUR)}`);
  await page.waitForSelector('.measure tbody tr'); // which takes room from the plot
  await drawn(page);
  const label = await page.locator('.cursor.second .cursor-time').boundingBox();
  const box = await page.locator('.u-over').boundingBox();
  await page.mouse.move(label.x + label.width / 2, label.y + label.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, label.y + 5, { steps: 4 });
  await page.mouse.up();
  await until('its new time', () => Math.abs(Date.parse(query().get('d')) - (START + 8 * HOUR)) < 5 * MINUTE);
  assert.equal(Date.parse(query().get('from')), START, 'the view stayed');
});

test('between two samples the cursor interpolates only where asked for, and says so', async () => {
  const [a, b] = [uneven[10], uneven[11]];
  const middle = Math.round((a[1] + b[1]) / 2);
  const path = `/trend?tag=${UNEVEN}&${range(a[1] - 2 * MINUTE, b[1] + 2 * MINUTE)}&c=${iso(middle)}`;
  await show(path);
  const value = () => page.locator('.pen-value .value').textContent();
  await until('the sample before', async () => (await value()) !== '—');
  near(await value(), a[2]);
  await page.goto(`${server.url + path}&read=line`);
  await until('the label', async () => (await page.locator('.pen').textContent()).includes('interpolated'));
  near(await value(), a[2] + ((middle - a[1]) / (b[1] - a[1])) * (b[2] - a[2]));
});

test('states have lanes: filled while on, a line while off, and how long each lasts', async () => {
  await show(`/trend?tag=${HOURS}&tag=${PUMP}&tag=${MODE}&${range(START, START + 6 * HOUR)}`);
  const coloured = async (minute) => (await plotColumn(page, minute / 360, 3)).slice(-48).filter((n) => n > 0).length;
  const [on, off] = [await coloured(12), await coloured(29)];
  assert.ok(on > off + 8, `on ${on} rows, off ${off}`);
  await point(75 / 360);
  const pens = page.locator('.pen');
  await until('the state', async () => /on/.test(await pens.nth(1).locator('.pen-value').textContent()));
  assert.match(await pens.nth(1).textContent(), /since .*01:08:00, 17 min/);
  assert.match(await pens.nth(2).textContent(), /Off.*since .*01:00:00, 30 min/);
  // A whole number is a lane when asked for; so is a text that is alone.
  await show(`/trend?tag=${MODE}&${range(START, START + 6 * HOUR)}`);
  assert.ok((await plotColumn(page, 0.5, 3)).slice(-22).some((n) => n > 0));
});

test('axes by unit, by pen, one for all, and in strips', async () => {
  await show(`/trend?tag=${UNEVEN}&tag=${HOURS}&${range(START, START + 10 * HOUR)}&axes=lanes`);
  const rows = await plotColumn(page, 0.5, 5);
  const half = Math.floor(rows.length / 2);
  assert.ok(rows.slice(0, half).some((n) => n > 0) && rows.slice(half).some((n) => n > 0), 'a pen in each strip');
  assert.ok(rows.slice(half - 12, half - 2).every((n) => n === 0), 'nothing between the strips');
  await page.locator('button[title^="How it is drawn"]').click();
  const dialog = page.locator('dialog');
  await dialog.locator('select').first().selectOption('shared');
  await until('the axes in the address', () => query().get('axes') === 'shared');
  assert.equal(await dialog.locator('.scale').count(), 1);
  await dialog.locator('.scale select').selectOption('fixed');
  await dialog.locator('.scale input').nth(0).fill('-50');
  await dialog.locator('.scale input').nth(1).fill('150');
  await dialog.locator('.scale input').nth(1).press('Tab');
  await until('the scale in the address', () => query().get('y') === '1:-50:150');
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press('Escape');
  await page.keyboard.press('y');
  await until('the fitted scale', () => !query().has('y'));
});

test('a counter as what it grew by, over its restart', async () => {
  await show(`/trend?tag=${COUNT}&${range(START + 10 * HOUR, START + 40 * HOUR)}&delta=1&c=${iso(START + 20.5 * HOUR)}`);
  const value = page.locator('.pen-value .value');
  // 95 at 19:00, 0 at 20:00: it began again and has not grown yet.
  await until('the restart', async () => (await value.textContent()) === '0');
  await point(0.2);
  await until('an hour', async () => (await value.textContent()) === '5');
  assert.match(await page.locator('.chip').textContent(), /growth in/);
});

test('earlier periods at the same wall time, with their true times and the difference', async () => {
  // Noon of the 28th (+02:00), of the 27th (+02:00) and of the 26th (+03:00).
  const noon = Date.parse('2024-10-28T10:00:00Z');
  await show(`/trend?tag=${HOURS}&${range(noon - 5 * HOUR, noon + 5 * HOUR)}&cmp=-1d&cmp=-2d&diff=1&c=${iso(noon)}`);
  const pen = page.locator('.pen').first();
  await until('the periods', async () => (await pen.textContent()).includes('−2d'));
  const hour = (time) => (Date.parse(time) - START) / HOUR;
  const text = await pen.textContent();
  assert.ok(text.includes(`−1d: ${hour('2024-10-27T10:00:00Z')}, 2024-10-27 12:00:00 +02:00`), text);
  assert.ok(text.includes(`−2d: ${hour('2024-10-26T09:00:00Z')}, 2024-10-26 12:00:00 +03:00`), text);
  const difference = page.locator('.pen').nth(1);
  assert.match(await difference.textContent(), /Δ Test/);
  await until('a day', async () => (await difference.locator('.value').textContent()) === '24');
  assert.match(page.url(), /cmp=-1d&cmp=-2d&diff=1/);
  await picture(page, 'compare');
  // A period that begins at a time of its own moves with the view.
  await page.goto(`${server.url}/trend?tag=${HOURS}&${range(noon, noon + 5 * HOUR)}&cmp=${iso(noon - 30 * HOUR)}&c=${iso(noon + HOUR)}`);
  await until('the period', async () => (await pen.textContent()).includes(`: ${hour(iso(noon + HOUR)) - 30},`));
  await page.keyboard.press(']');
  await until('the next period', () => query().get('cmp') === iso(noon - 25 * HOUR));
  assert.deepEqual(page.problems, []);
});

test('Alt-drag zooms a rectangle, Ctrl-wheel at the pointer, the middle button moves', async () => {
  await show(`/trend?tag=${UNEVEN}&${range(START, START + 10 * HOUR)}`);
  const box = await page.locator('.u-over').boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  await page.keyboard.down('Alt');
  await page.mouse.move(...at(0.2, 0.25));
  await page.mouse.down();
  await page.mouse.move(...at(0.6, 0.75), { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Alt');
  const span = () => Date.parse(query().get('to')) - Date.parse(query().get('from'));
  await until('the rectangle', () => query().has('y') && Math.abs(span() - 4 * HOUR) < 5 * MINUTE);
  const [, low, high] = query().get('y').split(':').map(Number);
  assert.ok(low > 8 && high < 33 && high > low, query().get('y'));
  await page.mouse.move(...at(0.5, 0.5));
  const middle = (Date.parse(query().get('to')) + Date.parse(query().get('from'))) / 2;
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  await until('a nearer view', () => span() < 3.5 * HOUR);
  assert.ok(Math.abs((Date.parse(query().get('to')) + Date.parse(query().get('from'))) / 2 - middle) < 2 * MINUTE);
  const from = Date.parse(query().get('from'));
  await page.mouse.move(...at(0.5, 0.5));
  await page.mouse.down({ button: 'middle' });
  await page.mouse.move(...at(0.25, 0.5), { steps: 4 });
  await page.mouse.up({ button: 'middle' });
  await until('the move', () => Math.abs(Date.parse(query().get('from')) - from - span() / 4) < 2 * MINUTE);
  await page.mouse.move(5, 5);
  for (let i = 0; i < 3; i++) await page.keyboard.press('Backspace');
  await until('the first view', () => Date.parse(query().get('from')) === START && !query().has('y'));
  assert.deepEqual(page.problems, []);
});

test('the limits of a point are drawn, and its engineering range is a scale', async () => {
  const insert = async (row) => {
    const answer = await fetch(`${server.url}/api/v1/tables/TB_Objects`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(row),
    });
    assert.equal(answer.status, 201);
    return Number((await answer.json()).keys[0]);
  };
  const branch = await insert({ Type: 0, Parent: 0, Name: 'Test' });
  await insert({ Type: 1, Parent: branch, Name: 'Uneven', Min2: 0, Min1: 5, Max1: 55, Max2: 60 });
  await show(`/trend?tag=${UNEVEN}&${range(START, START + 10 * HOUR)}&y=1:eng`);
  await until('the limits', async () => {
    const tags = (await (await fetch(`${server.url}/api/v1/tags?match=${UNEVEN}`)).json()).tags;
    return tags[0].max2 === 60;
  });
  await page.reload();
  await page.waitForSelector('.u-over');
  // The curve lies between 10 and 31 of 0 to 60; above it are the limits, and a stroke where it is bad.
  const line = async () => {
    const rows = await plotColumn(page, 0.5, 40);
    const at = Math.round(rows.length * (1 - 55 / 60));
    return rows.slice(at - 2, at + 3).some((n) => n > 10) && rows.slice(at + 4, Math.floor(rows.length * 0.4)).every((n) => n < 5);
  };
  await until('the line of Max1 at 55', line);
  await page.locator('button[title^="How it is drawn"]').click();
  assert.equal(await page.locator('.scale select').inputValue(), 'engineering');
  await picture(page, 'limits');
});

test('320 px wide in every language: cursors, periods and the dialog fit', async () => {
  for (const locale of ['en-US', 'zh-CN', 'ru-RU']) {
    await show(`/trend?tag=${UNEVEN}&tag=${PUMP}&${range(START, START + 10 * HOUR)}&c=${iso(START + HOUR)}&d=${iso(START + 5 * HOUR)}&cmp=-1d&diff=1`,
      { viewport: { width: 320, height: 640 }, locale, hasTouch: true });
    await page.waitForSelector('.measure tbody tr');
    const wide = () => page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.querySelector('main').scrollWidth,
      ...[...document.querySelectorAll('dialog, dialog *')].map((e) => e.getBoundingClientRect().right)));
    assert.ok(await wide() <= 320, `${locale}: ${await wide()} px`);
    assert.ok((await page.locator('.plot').boundingBox()).height >= 280, 'the plot keeps its height');
    await page.locator('.viewbar .group').first().locator('button').last().click();
    await page.waitForSelector('dialog');
    assert.ok(await wide() <= 320, `${locale}, dialog: ${await wide()} px`);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
  page = null;
});

test('keys alone measure', async () => {
  await show(`/trend?tag=${UNEVEN}&${range(START, START + HOUR)}`);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('b');
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
  await page.waitForSelector('.measure tbody td');
  await page.waitForSelector('.measure[aria-busy=false]');
  const [from, to] = [Date.parse(query().get('d')), Date.parse(query().get('c'))];
  assert.equal(from, uneven[1][1]);
  assert.ok(uneven.some((row) => row[1] === to), 'from sample to sample');
  near((await cells(0))[2], atOrBefore(uneven, to)[2] - uneven[1][2]);
  await until('the live region', async () => /Test\/Uneven: first [\d.]+, second [\d.]+, average [\d.]+/.test(await page.locator('[aria-live=polite]').textContent()));
  assert.deepEqual(await axe(page), []);
});
