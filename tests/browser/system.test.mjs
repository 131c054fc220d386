// The pages below System: SQL, tables, journal, histories; widths, languages, keys.
import { after, before, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { axe, drawn, openPage, PageServer, picture, startBrowser, until } from './harness.mjs';

const SECOND = 1000;
const ROWS = 3000;
let server;
let browser;
let page;

async function show(path, options) {
  page = await openPage(browser, options);
  await page.goto(server.url + path);
  await page.waitForSelector('main > *');
}

const button = (name) => page.getByRole('button', { name, exact: true });
const shown = (sql, more = '') => `/sql?${new URLSearchParams({ q: sql })}${more}`;
const status = () => page.locator('.sql-editor [role=status]').textContent();

before(async () => {
  server = await PageServer.start('Europe/Kyiv');
  browser = await startBrowser();
  const now = Math.floor(Date.now() / SECOND) * SECOND;
  await server.samples(Array.from({ length: ROWS }, (_, i) => ['Boiler/Flow', now - (ROWS - i) * SECOND, Math.sin(i / 100)]));
  const rows = Array.from({ length: 150 }, (_, i) => ({ Name: `unit ${String(i).padStart(3, '0')}` }));
  const answer = await fetch(`${server.url}/api/v1/tables/TB_Dim`, { method: 'POST', body: JSON.stringify(rows) });
  assert.equal(answer.status, 201);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

beforeEach(async () => {
  if (page) await page.context().close();
  page = null;
});

test('SQL: Ctrl-Enter, numbers right, NULL told, more told, the statement in the address', async () => {
  await show('/sql');
  await page.locator('.sql-text').fill('SELECT Timestamp, DoubleVal, StringVal FROM ScadaTagHistory ORDER BY Timestamp');
  await page.locator('.sql-text').press('Control+Enter');
  await page.waitForSelector('.sql-row .null');
  assert.match(await status(), /^1000 rows in \d+ ms\. There are more rows/);
  assert.equal(await page.locator('.virtual .sql-row').first().locator('div').nth(2).textContent(), 'NULL');
  assert.equal(await page.locator('.virtual .sql-row').first().locator('div').nth(1).evaluate((e) => getComputedStyle(e).textAlign), 'right');
  assert.ok(await page.locator('.virtual .sql-row').count() < 100, 'only what is on screen');
  assert.match(new URL(page.url()).searchParams.get('q'), /ORDER BY Timestamp$/);
  await page.reload();
  await page.waitForSelector('.sql-row .null');
  await page.locator('.sql-scroll').focus();
  await page.keyboard.press('End');
  await until('the last row', async () => (await page.locator('[aria-rowindex="1001"]').count()) === 1);
  assert.deepEqual(page.problems, []);
});

test('SQL: the same rows as a chart', async () => {
  await show(shown('SELECT Timestamp, DoubleVal FROM ScadaTagHistory', '&limit=10000'));
  await page.waitForSelector('.sql-row');
  await button('Chart').click();
  await page.waitForSelector('.sql-plot canvas');
  assert.equal(new URL(page.url()).searchParams.get('view'), 'chart');
  await drawn(page);
  const coloured = await page.locator('.sql-plot canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 30 && Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 24) n++;
    return n;
  });
  assert.ok(coloured > 500, `${coloured} pixels of the curve`);
  await page.locator('.sql-plot .u-over').hover();
  await until('the reading', async () => /\+0[23]:00 · DoubleVal/.test(await page.locator('.sql-chart [role=status]').textContent()));
  await page.locator('.sql-text').fill('SELECT Name FROM TB_Dim');
  await button('Run').click();
  await until('no chart', async () => /Nothing to draw/.test(await page.locator('.sql-place').textContent()));
  assert.deepEqual(page.problems, []);
});

test('SQL: a mistake is told with its place, a long query is given up', async () => {
  await show(shown('SELECT Id, FROM ScadaTagMapping'));
  await until('the error', async () => /syntax error/.test(await page.locator('.sql-error').textContent()));
  await page.locator('.sql-text').fill('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n');
  await button('Run').click();
  await button('Cancel').click();
  await until('the end', async () => (await status()) === 'Cancelled.');
  await page.locator('.sql-text').fill('SELECT 1 AS one');
  await button('Run').click();
  await page.waitForSelector('.sql-row');
  const [file] = await Promise.all([page.waitForEvent('download'), button('CSV').click()]);
  assert.equal(file.suggestedFilename(), 'query.csv');
  assert.equal(await page.getByLabel('Statements run before').locator('option').count(), 2);
  await page.locator('.sql-names details', { hasText: 'TB_Dim' }).first().locator('summary').click();
  await page.locator('.sql-names details[open]').getByRole('button', { name: /^DimId/ }).click();
  assert.equal(await page.locator('.sql-text').inputValue(), 'SELECT 1 AS one DimId');
});

test('tables: filter, order and page stand in the address; a row is made, changed, deleted', async () => {
  await show('/tables');
  await page.getByRole('link', { name: 'TB_Dim', exact: true }).click();
  await page.waitForSelector('.browse .grid td');
  const names = () => page.locator('.browse tbody td:nth-child(3)').allTextContents();
  await page.locator('.browse th button', { hasText: 'Name' }).click();
  await page.locator('.browse th button', { hasText: 'Name' }).click();
  await until('falling', async () => (await names())[0] === 'unit 149');
  await button('Next rows').click();
  await until('the next page', async () => !(await names()).includes('unit 149'));
  assert.match(page.url(), /order=-Name&offset=100/);
  await page.reload();
  await page.waitForSelector('.browse .grid td');
  assert.ok(!(await names()).includes('unit 149'));
  await page.locator('.filters select').first().selectOption('Name');
  await page.locator('.filters select').nth(1).selectOption('ge');
  await page.locator('.filters input').fill('unit 148');
  await button('Filter').click();
  await until('two rows', async () => (await names()).join() === 'unit 149,unit 148');
  assert.match(page.url(), /Name\.ge=unit\+148/);

  await button('New row').click();
  await page.locator('dialog [data-column=Name] input').fill('unit 200');
  await page.keyboard.press('Enter');
  await until('three rows', async () => (await names()).length === 3);
  await page.locator('.browse tbody button').first().click();
  await button('Delete').click();
  await button('Really delete').click();
  await until('two rows again', async () => (await names()).join() === 'unit 149,unit 148');

  await page.goto(`${server.url}/tables/TB_Log`);
  await page.waitForSelector('.hint');
  assert.equal(await button('New row').count(), 0);
  assert.deepEqual(page.problems, []);
});

test('journal: by kind and time, with before and after', async () => {
  await show('/journal');
  await page.waitForSelector('.browse .grid td');
  const all = await page.locator('.browse tbody tr').count();
  await page.getByLabel('Kind of event').selectOption('8');
  await until('nothing of that kind', async () => (await page.locator('.browse .notice').count()) === 1);
  assert.match(page.url(), /Category=8/);
  await page.getByLabel('Kind of event').selectOption('');
  await page.getByLabel('From').fill('now-1h');
  await page.getByLabel('From').press('Enter');
  await until('all of the last hour', async () => (await page.locator('.browse tbody tr').count()) === all);
  await page.locator('.browse tbody button').first().click();
  assert.match(await page.locator('dialog').textContent(), /Before/);
});

test('histories: the store and its partitions', async () => {
  await show('/histories');
  await until('the partition', async () => /ScadaTagHistory_\d+_day_\d{8}/.test(await page.locator('main').textContent()));
  await until('the newest', async () => /Newest sample/.test(await page.locator('main').textContent()));
  const rows = await page.locator('dt', { hasText: /^Rows$/ }).locator('xpath=following-sibling::dd[1]').textContent();
  assert.ok(Number(rows.replace(/\D/g, '')) >= ROWS);
});

test('g with a letter goes to each page', async () => {
  await show('/');
  for (const [key, name] of [['s', 'system'], ['h', 'histories'], ['d', 'devices'], ['j', 'journal'], ['l', 'tables'], ['s', 'system']]) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.waitForSelector(`main.${name}.sys .sys-nav a[aria-current=page]`);
    assert.equal(await page.locator('.rail a[aria-current=page]').textContent(), 'System');
  }
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  await page.waitForSelector('.sql-text');
  assert.deepEqual(page.problems, []);
});

const PLACES = ['/system', '/histories', '/devices', '/journal', '/tables', '/tables/TB_Dim', shown('SELECT * FROM TB_Dim'), '/points?edit=1'];

test('320 px wide in every language: nothing runs out of the screen', async () => {
  for (const locale of ['en-US', 'zh-CN', 'ru-RU']) {
    await show('/system', { viewport: { width: 320, height: 640 }, locale, hasTouch: true });
    for (const path of PLACES) {
      await page.goto(server.url + path);
      await page.waitForSelector('.sys-card, .grid, .notice, .sql-row, .erow');
      await drawn(page);
      const wide = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.querySelector('main').scrollWidth));
      assert.ok(wide <= 320, `${locale} ${path}: ${wide} px`);
      await picture(page, `320-${locale}-${path.split('?')[0].replace(/\W/g, '')}`);
    }
    assert.deepEqual(page.problems, []);
    await page.context().close();
    page = null;
  }
});

test('axe, in light and dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await show('/system', { colorScheme });
    for (const path of PLACES) {
      await page.goto(server.url + path);
      await page.waitForSelector('.sys-card, .grid, .notice, .sql-row, .erow');
      await page.waitForFunction(() => document.querySelector('.plant').textContent.trim() !== '');
      assert.deepEqual(await axe(page), [], `${colorScheme} ${path}`);
    }
    await page.context().close();
    page = null;
  }
});
