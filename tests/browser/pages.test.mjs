// Overview, Points and the shell in a real browser against a real server.
import { after, before, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { axe, drawn, openPage, picture, PageServer, startBrowser, until } from './harness.mjs';

const SECOND = 1000;
let server;
let browser;
let page;
let writer;

async function show(path, options) {
  page = await openPage(browser, options);
  await page.goto(server.url + path);
  await page.waitForSelector('main > *');
}

const text = (selector) => page.locator(selector).first().textContent();

before(async () => {
  server = await PageServer.start('Europe/Kyiv');
  browser = await startBrowser();
  const now = Date.now();
  await server.samples([
    ['Boiler 1/Steam/Pressure', now, 12.5], ['Boiler 1/Steam/Temperature', now, 180.25],
    ['Boiler 1/Feed/Level', now, null, 24], ['Boiler 1/Feed/Flow', now, 3.25, 64],
    ['Boiler 2/Steam/Pressure', now - 3600 * SECOND, 7.5],
    ['锅炉/压力', now, 1.25], ['Котёл/Давление', now, 2.5],
    ['A name <b>with markup & "quotes"', now, 1],
  ]);
  writer = setInterval(() => void server.samples([['Boiler 1/Steam/Pressure', Date.now(), 12 + Math.random()]]).catch(() => undefined), 300);
});

after(async () => {
  clearInterval(writer);
  await browser?.close();
  await server?.stop();
});

beforeEach(async () => {
  if (page) await page.context().close();
  page = null;
});

test('the tree shows live values with their quality', async () => {
  await show('/points/Boiler%201/Steam/Pressure');
  await page.waitForSelector('.prow.selected');
  const value = () => text('.prow.selected .value');
  const first = await until('a value', async () => ((await value()) === '—' ? null : value()));
  await until('the next value', async () => (await value()) !== first);
  assert.match(await text('.detail h1'), /Pressure/);
  await picture(page, 'points-tree');

  await page.goto(`${server.url}/points/Boiler%201/Feed/Level`);
  await until('the bad one', async () => (await page.locator('.prow.selected .q-bad').count()) === 1);
  assert.equal(await text('.prow.selected .mark'), '✕');
  await page.goto(`${server.url}/points/Boiler%201/Feed/Flow`);
  await until('the uncertain one', async () => (await page.locator('.prow.selected .q-uncertain').count()) === 1);
  await page.goto(`${server.url}/points/Boiler%202/Steam/Pressure`);
  await until('the stale one', async () => (await page.locator('.prow.selected .q-stale').count()) === 1);
  assert.match(await text('.prow.selected .c-note'), /stale for/);
  assert.deepEqual(page.problems, []);
});

test('names of the plant are never markup', async () => {
  await show('/points');
  await until('the name', async () => (await page.locator('.prow .name', { hasText: '<b>with' }).count()) === 1);
  assert.equal(await page.locator('.prow b').count(), 0);
});

test('search in the top bar, in any script', async () => {
  await show('/');
  await page.keyboard.press('/');
  for (const [typed, found] of [['press boil', 'Boiler 1/Steam/Pressure'], ['压力', '锅炉/压力'], ['ДАВЛ', 'Котёл/Давление']]) {
    await page.locator('#search').fill(typed);
    await until(found, async () => (await page.locator('.hits .path').first().textContent()) === found);
  }
  await page.keyboard.press('Enter');
  await until('the point', () => decodeURI(page.url()).endsWith('/points/Котёл/Давление'));
  assert.match(await text('.detail h1'), /Давление/);
});

test('keys in the tree, and back by the browser', async () => {
  await show('/points');
  await page.waitForSelector('.virtual .prow');
  await page.locator('.pscroll').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await until('a selection', async () => (await page.locator('.prow.selected').count()) === 1);
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.waitForSelector('main.trend');
  await page.goBack();
  await page.waitForSelector('main.points');
  assert.deepEqual(page.problems, []);
});

test('only what is not good', async () => {
  await show('/points?show=abnormal');
  await until('three rows', async () => (await page.locator('.virtual .prow:not([hidden])').count()) === 3);
});

test('overview counts, and names what needs attention', async () => {
  await show('/');
  await until('the tally', async () => (await text('[data-condition=bad] .tile-n')) === '1');
  assert.equal(await text('[data-condition=uncertain] .tile-n'), '1');
  assert.equal(await text('[data-condition=stale] .tile-n'), '1');
  const attention = await page.locator('.attention-row .path').allTextContents();
  assert.deepEqual(attention.sort(), ['Boiler 1/Feed/Flow', 'Boiler 1/Feed/Level', 'Boiler 2/Steam/Pressure']);
  await picture(page, 'overview-test');
});

test('a server that hangs greys everything within 3 s, and comes back', async () => {
  await show('/points/Boiler%201/Steam/Pressure');
  await until('a value', async () => (await text('.prow.selected .value')).startsWith('12'));
  server.hang();
  const began = Date.now();
  try {
    await page.waitForSelector('.banner:not([hidden])', { timeout: 5000 });
    assert.ok(Date.now() - began < 3300, `${Date.now() - began} ms`);
    assert.ok(await page.locator('main.lost').count());
    const color = await page.locator('.prow.selected .value').evaluate((e) => getComputedStyle(e).color);
    const stale = await page.evaluate(() => {
      const probe = document.createElement('i');
      probe.style.color = 'var(--stale)';
      document.body.append(probe);
      const found = getComputedStyle(probe).color;
      probe.remove();
      return found;
    });
    assert.equal(color, stale);
    await picture(page, 'lost');
  } finally {
    server.wake();
  }
  await page.waitForSelector('.banner', { state: 'hidden', timeout: 15_000 });
  assert.equal(await page.locator('main.lost').count(), 0);
});

test('320 px wide in every language: nothing runs out of the screen', async () => {
  for (const locale of ['en-US', 'zh-CN', 'ru-RU']) {
    for (const path of ['/', '/points/Boiler%201/Steam/Pressure', '/trend?tag=Boiler+1/Steam/Pressure', '/trend']) {
      await show(path, { viewport: { width: 320, height: 640 }, locale, hasTouch: true });
      await page.waitForSelector('.linkstate.live');
      await drawn(page);
      const wide = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.querySelector('main').scrollWidth));
      assert.ok(wide <= 320, `${locale} ${path}: ${wide} px`);
      await picture(page, `320-${locale}-${path.split(/[/?]/)[1] || 'overview'}`);
      assert.deepEqual(page.problems, []);
      await page.context().close();
      page = null;
    }
  }
});

test('targets are at least 24 px', async () => {
  for (const path of ['/', '/points', '/trend?tag=Boiler+1/Steam/Pressure']) {
    await show(path);
    await page.waitForSelector('.linkstate.live');
      await drawn(page);
    const small = await page.evaluate(() => [...document.querySelectorAll('button, select, .rail a, input:not([type=checkbox])')]
      .filter((e) => e.checkVisibility())
      .map((e) => ({ name: e.getAttribute('aria-label') ?? e.textContent, box: e.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.width < 23.5 || box.height < 23.5))
      .map(({ name, box }) => `${name} ${box.width}×${box.height}`));
    assert.deepEqual(small, [], path);
    await page.context().close();
    page = null;
  }
});

test('axe finds nothing, light and dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const path of ['/', '/points/Boiler%201/Feed/Level', '/trend', '/trend?tag=Boiler+1/Steam/Pressure', '/trend?tag=Boiler+1/Steam/Pressure&view=table']) {
      await show(path, { colorScheme });
      await page.waitForSelector('.linkstate.live');
      await drawn(page);
      assert.deepEqual(await axe(page), [], `${colorScheme} ${path}`);
      await page.context().close();
      page = null;
    }
  }
});

test('buttons and fields have names', async () => {
  for (const path of ['/', '/points/Boiler%201/Steam/Pressure', '/trend?tag=Boiler+1/Steam/Pressure']) {
    await show(path);
    await page.waitForSelector('.linkstate.live');
      await drawn(page);
    const nameless = await page.evaluate(() => [...document.querySelectorAll('button, a, input, select')]
      .filter((e) => e.checkVisibility({ visibilityProperty: true }))
      .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim() || e.title || e.labels?.length))
      .map((e) => e.outerHTML.slice(0, 120)));
    assert.deepEqual(nameless, [], path);
    await page.context().close();
    page = null;
  }
});

test('no such page, and no such point', async () => {
  await show('/points/Nowhere/at all');
  await page.waitForSelector('.virtual .prow');
  assert.deepEqual(page.problems, []);
});
