// What is kept of a trend: notes, saved views, files.
import { after, before, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axe, drawn, openPage, picture, PageServer, startBrowser, until } from './harness.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LEVEL = 'Test/Level';
const TEXT = 'Test/Text';
const DENSE = 'Test/Dense';
let server;
let browser;
let page;
let start;

const iso = (time) => new Date(time).toISOString();
const range = (from, to) => `from=${iso(from)}&to=${iso(to)}`;
const query = () => new URL(page.url()).searchParams;
const rows = async (table) => (await (await fetch(`${server.url}/api/v1/tables/${table}`)).json()).rows;

async function show(path, options) {
  page = await openPage(browser, options);
  await page.goto(server.url + path);
  await page.waitForSelector('.u-over');
  await until('rows', () => page.evaluate(() => document.querySelector('.chip')?.textContent !== ''));
  await drawn(page);
}

before(async () => {
  server = await PageServer.start('Europe/Kyiv');
  browser = await startBrowser();
  start = Math.floor(Date.now() / HOUR) * HOUR - 48 * HOUR;
  const samples = [];
  for (let i = 0; i < 2880; i++) samples.push([LEVEL, start + i * MINUTE, i === 100 ? null : i / 8, i === 100 ? 0 : 192]);
  for (let i = 0; i < 17_280; i++) samples.push([DENSE, start + i * 5000, i % 50]);
  for (let i = 0; i < 20; i++) samples.push([TEXT, start + i * HOUR, i === 3 ? '=cmd, "x"' : `state ${i}`]);
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

test('a note is written by keys, seen, changed, told of by the journal, and deleted', async () => {
  const path = `/trend?tag=${LEVEL}&${range(start, start + 4 * HOUR)}`;
  await show(path);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('n');
  await page.waitForSelector('dialog textarea');
  await page.keyboard.type('Valve leaks <b>here</b>');
  assert.deepEqual(await axe(page), []);
  for (let i = 0; i < 10 && (await page.evaluate(() => document.activeElement.textContent)) !== 'Save'; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const mark = page.locator('.note-mark');
  await mark.waitFor();
  assert.match(await mark.getAttribute('aria-label'), /Valve leaks <b>here<\/b>/);
  const [note] = await rows('vv_annotation');
  assert.equal(note.Target, LEVEL);
  assert.equal(note.FromTime, start + 2 * MINUTE);
  assert.equal(note.ToTime, null);
  await picture(page, 'note');

  await page.reload();
  await mark.click();
  const dialog = page.locator('dialog');
  await dialog.locator('textarea').fill('Valve changed');
  await dialog.locator('input').last().fill(iso(start + HOUR));
  await dialog.locator('button', { hasText: 'Save' }).click();
  await until('the changed mark', async () => /Valve changed/.test(await mark.getAttribute('aria-label')));
  assert.equal((await rows('vv_annotation'))[0].ToTime, start + HOUR);
  const wide = await mark.boundingBox();
  const plot = await page.locator('.u-over').boundingBox();
  assert.ok(Math.abs(wide.width - plot.width * (58 / 240)) < 6, 'a range has its length');

  await mark.click();
  await dialog.locator('summary').click();
  await until('the words before', async () => /Valve leaks/.test(await dialog.locator('details').textContent()));
  await dialog.locator('button', { hasText: 'Delete' }).click();
  await until('no mark', async () => (await mark.count()) === 0);
  assert.equal((await rows('vv_annotation')).length, 0);
  assert.deepEqual(page.problems, []);
});

test('a note over the time between two cursors, of the saved view', async () => {
  await show(`/trend?tag=${LEVEL}&${range(start, start + 4 * HOUR)}&c=${iso(start + HOUR)}&d=${iso(start + 2 * HOUR)}&saved=77`);
  await page.locator('button[title="New note"]').click();
  const dialog = page.locator('dialog');
  await dialog.locator('textarea').fill('A test run');
  await dialog.locator('select').selectOption('/views/77');
  await dialog.locator('input').first().fill('2024-03-31 03:30');
  await dialog.locator('button', { hasText: 'Save' }).click();
  assert.match(await dialog.locator('[role=alert]').textContent(), /is no time/, 'a time that does not exist is refused');
  await dialog.locator('input').first().fill(iso(start + HOUR));
  await dialog.locator('button', { hasText: 'Save' }).click();
  await page.locator('.note-mark.range').waitFor();
  const [note] = await rows('vv_annotation');
  assert.deepEqual([note.Target, note.FromTime, note.ToTime], ['/views/77', start + HOUR, start + 2 * HOUR]);
});

test('a view is saved, opened, renamed, shared and deleted', async () => {
  const path = `/trend?tag=${LEVEL}&tag=${TEXT}&${range(start, start + 6 * HOUR)}&focus=2&axes=lanes&y=1:0:50&cmp=-1d`;
  await show(path);
  await page.locator('button[title="Save as view"]').click();
  const dialog = page.locator('dialog');
  await dialog.locator('input').first().fill('Level & text');
  await dialog.locator('button', { hasText: 'Save as new' }).click();
  await until('its number in the address', () => query().has('saved'));
  const saved = new URL(page.url()).search;
  await page.goto(`${server.url}/views`);
  const line = page.locator('.views tbody tr');
  await line.waitFor();
  assert.deepEqual(await axe(page), []);
  await line.locator('button', { hasText: 'Rename' }).click();
  await dialog.locator('input').fill('Уровень');
  await dialog.locator('button', { hasText: 'Save' }).click();
  await until('the name', async () => (await line.locator('th').textContent()) === 'Уровень');
  await line.locator('input[type=checkbox]').check();
  await until('shared', async () => (await rows('vv_view'))[0].Shared === true);
  await line.locator('th a').click();
  await page.waitForSelector('.u-over');
  const sorted = (search) => [...new URLSearchParams(search)].sort().join('\n');
  await until('the same trend', () => sorted(new URL(page.url()).search) === sorted(saved));
  assert.equal(await page.locator('.pen').count(), 2);
  // Only the number is enough too.
  await page.goto(`${server.url}/trend?saved=${query().get('saved')}`);
  await until('the same trend again', () => sorted(new URL(page.url()).search) === sorted(saved));
  await page.keyboard.press('g');
  await page.keyboard.press('v');
  await line.locator('button', { hasText: 'Delete' }).click();
  await dialog.locator('button', { hasText: 'Delete' }).click();
  await until('none', async () => (await rows('vv_view')).length === 0);
  assert.match(await page.locator('.notice').textContent(), /No view is saved/);
  assert.deepEqual(page.problems, []);
});

test('an address of more than 2,000 characters becomes a view', async () => {
  const tags = Array.from({ length: 30 }, (_, i) => `Plant/${'x'.repeat(70)}/${i}`);
  await server.samples(tags.map((tag) => [tag, start, 1]));
  await show(`/trend?${tags.map((tag) => `tag=${tag}`).join('&')}&${range(start - HOUR, start + HOUR)}`);
  await until('a short address', () => /\/trend\?saved=\d+$/.test(page.url()));
  await page.reload();
  await until('all pens', async () => (await page.locator('.pen').count()) === 30);
  assert.ok(page.url().length < 200);
});

test('a file as recorded, and as drawn', async () => {
  await show(`/trend?tag=${LEVEL}&tag=${TEXT}&${range(start, start + 4 * HOUR)}`);
  await page.keyboard.press('e');
  const dialog = page.locator('dialog');
  await dialog.waitFor();
  const save = async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), dialog.locator('a.primary').click()]);
    return { name: download.suggestedFilename(), lines: readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n') };
  };
  const raw = await save();
  assert.equal(raw.name, 'trend.csv');
  assert.equal(raw.lines[0], 'tag,time,value,quality');
  assert.equal(raw.lines.length, 1 + 240 + 4);
  // Each row has its offset and quality; the bad one no value, the text no formula.
  assert.match(raw.lines[9], /^Test\/Level,\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000\+0[23]:00,1,192$/);
  assert.match(raw.lines[101], /,,0$/);
  assert.match(raw.lines[244], /,"'=cmd, ""x""",192$/);
  const times = raw.lines.slice(1, 241).map((line) => Date.parse(line.split(',')[1]));
  assert.deepEqual(times, Array.from({ length: 240 }, (_, i) => start + i * MINUTE));

  // What is drawn in buckets comes in the same buckets.
  await page.goto(`${server.url}/trend?tag=${DENSE}&${range(start, start + 24 * HOUR)}`);
  await until('buckets', async () => /min/.test(await page.locator('.chip').textContent()));
  await page.keyboard.press('e');
  await dialog.locator('select').first().selectOption('drawn');
  const drawnFile = await save();
  assert.equal(drawnFile.lines[0], 'tag,time,min,max,avg,first,last,count,bad');
  const counts = drawnFile.lines.slice(1).map((line) => line.split(','));
  assert.equal(counts.reduce((sum, cells) => sum + Number(cells[7]) + Number(cells[8]), 0), 17_280);
  assert.ok(counts.length < 17_280 / 2);
  assert.equal(Math.max(...counts.map((cells) => Number(cells[3]))), 49);
  assert.deepEqual(page.problems, []);
});

test('a workbook; and a refusal is said, not saved', async () => {
  await show(`/trend?tag=${LEVEL}&${range(start, start + 4 * HOUR)}`);
  await page.keyboard.press('e');
  const dialog = page.locator('dialog');
  await dialog.locator('option[value=xlsx]').waitFor({ state: 'attached' });
  await dialog.locator('select').last().selectOption('xlsx');
  const [download] = await Promise.all([page.waitForEvent('download'), dialog.locator('a.primary').click()]);
  assert.equal(download.suggestedFilename(), 'trend.xlsx');
  assert.equal(readFileSync(await download.path()).subarray(0, 2).toString(), 'PK');

  await page.goto(`${server.url}/trend?tag=No/such&${range(start, start + 4 * HOUR)}`);
  await page.waitForSelector('.pen');
  await page.keyboard.press('e');
  await dialog.locator('a.primary').click();
  await until('the refusal', async () => /No\/such/.test(await dialog.locator('[role=alert]').textContent()));
  assert.deepEqual(page.problems, []);
});

test('the picture is a PNG with title and legend around the plot', async () => {
  await show(`/trend?tag=${LEVEL}&${range(start, start + 4 * HOUR)}`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('button[title="Save as PNG"]').click()]);
  const bytes = readFileSync(await download.path());
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  const plot = await page.evaluate(() => [document.querySelector('.plot canvas').width, document.querySelector('.plot canvas').height]);
  assert.equal(bytes.readUInt32BE(16), plot[0]);
  assert.ok(bytes.readUInt32BE(20) >= plot[1] + 36, 'room for the title and a line for the pen');
});
