// Setting a plant up in the browser: line, device, memory map, points; values come from the player.
import { after, before, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join, resolve, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { axe, openPage, PageServer, picture, startBrowser, until } from './harness.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let server;
let browser;
let page;
let player;
let port;

async function startPlayer() {
  player = spawn(join(process.env.VARVE_BUILD, 'examples/player/player'), ['--any-port', 'devices.player'],
    { cwd: join(root, 'examples/plant'), stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  player.stdout.on('data', (bytes) => (said += bytes));
  await until('the player', async () => /^ready$/m.test(said));
  port = Number(/^device dcs port (\d+)/m.exec(said)[1]);
}

async function show(path, options) {
  page = await openPage(browser, options);
  await page.goto(server.url + path);
  await page.waitForSelector('main > *');
  await page.waitForFunction(() => document.querySelector('.plant').textContent.trim() !== '');
}

const button = (name) => page.getByRole('button', { name, exact: true });
const field = (column) => page.locator(`dialog [data-column="${column}"]`).locator('input, select, textarea').first();
const save = async () => {
  await page.locator('dialog').getByRole('button', { name: 'Save' }).click();
};
const saved = async () => {
  await save();
  await page.waitForSelector('dialog', { state: 'detached' });
};
/** Waits until an element says it. */
async function says(selector, pattern) {
  let last = '';
  await until(String(pattern), async () => pattern.test(last = await page.locator(selector).first().textContent()), 10)
    .catch((error) => assert.fail(`${error.message}; it says: ${last}`));
}
/** A list to choose from has come in the place of the plain field. */
const choose = async (column, label) => {
  await page.waitForSelector(`dialog [data-column="${column}"] select`);
  await field(column).selectOption({ label });
};
const api = async (method, path, body, headers = {}) => {
  const answer = await fetch(`${server.url}/api/v1/${path}`, { method, body: body && JSON.stringify(body), headers });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json().catch(() => null);
};

before(async () => {
  await startPlayer();
  server = await PageServer.start('Europe/Kyiv');
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  player?.kill();
  await server?.stop();
});

beforeEach(async () => {
  if (page) await page.context().close();
  page = null;
});

test('a line, a device, its memory map and a point are made, and values come', async () => {
  await show('/devices');
  await page.locator('.side-list').getByRole('button', { name: 'New connection' }).click();
  await field('Name').fill('Process network');
  await field('DLL').fill('modbus');
  await field('IniStr').fill(`HOST=127.0.0.1 PORT=${port} TIMEOUT=500`);
  await saved();
  await page.waitForSelector('.group-row');

  await button('New device type').click();
  await field('Name').fill('Controller');
  await saved();

  await page.locator('.group-row').getByRole('button', { name: '+ Device' }).click();
  await field('Name').fill('DCS');
  await choose('Type', 'Controller (100)');
  assert.equal(await field('ConnId').locator('option:checked').textContent(), 'Process network');
  await field('ConnStr').fill('UNIT=1');
  await saved();

  await button('+ Parameter').click();
  await field('Name').fill('A feed flow');
  await field('Address').fill('input:0');
  await saved();
  await button('New point: A feed flow').click();
  assert.equal(await field('Name').inputValue(), 'A feed flow');
  await field('Period_s').fill('0,2');
  await saved();

  await until('the device is up', async () => (await page.locator('.detail .state-up').count()) === 1);
  await until('its point in the map', async () => (await page.locator('.detail td a', { hasText: 'A feed flow' }).count()) === 1);
  await page.locator('.detail td a', { hasText: 'A feed flow' }).click();
  await page.waitForSelector('main.points');
  await until('a value', async () => /\d/.test(await page.locator('.detail .big .value').first().textContent().catch(() => '')));
  assert.deepEqual(page.problems, []);
});

test('what cannot be is said at its field: by the page, and by the server', async () => {
  await show('/devices?device=1');
  await button('+ Parameter').click();
  await field('Name').fill('');
  await field('MemInd').fill('1.5');
  await save();
  const said = (column) => page.locator(`dialog [data-column="${column}"] .field-problem`).textContent();
  assert.equal(await said('Name'), 'This is needed.');
  assert.match(await said('MemInd'), /no whole number/);
  await field('Name').fill('Twice');
  await field('Address').fill('input:2');
  await field('MemInd').fill('1'); // taken
  await save();
  await until('the refusal', async () => (await page.locator('dialog .field-problem:visible').count()) === 1);
  await page.keyboard.press('Escape');

  await button('New device').click();
  await field('Name').fill('Other');
  await page.locator('dialog summary').click();
  await field('FirstDay').fill('32');
  await save();
  assert.match(await said('FirstDay'), /from 0 to 31/);
  assert.deepEqual(page.problems, []);
});

test('a change that somebody else overtook shows both versions', async () => {
  await show('/devices');
  const edit = page.locator('.group-row').getByRole('button', { name: /Process network/ });
  await edit.click();
  await field('Name').fill('Mine');
  await api('PATCH', 'tables/TB_Connections/1', { Name: 'Theirs' });
  await save();
  await page.waitForSelector('.conflict');
  const cells = await page.locator('.conflict tbody tr').first().locator('th, td').allTextContents();
  assert.deepEqual(cells, ['Name', 'Process network', 'Theirs', 'Mine']);
  await picture(page, 'conflict');
  await button('Take theirs').click();
  assert.equal(await field('Name').inputValue(), 'Theirs');
  await field('Name').fill('Mine');
  await api('PATCH', 'tables/TB_Connections/1', { Name: 'Theirs again' });
  await save();
  await page.waitForSelector('.conflict');
  await button('Save yours over it').click();
  await page.waitForSelector('dialog', { state: 'detached' });
  assert.equal((await api('GET', 'tables/TB_Connections/1')).Name, 'Mine');
});

test('a refused deletion says what stands in its way', async () => {
  await show('/devices');
  await page.locator('.group-row').getByRole('button', { name: /Mine/ }).click();
  await button('Delete').click();
  await button('Really delete').click();
  await says('dialog > .field-problem', /TB_Devices/);
  assert.equal((await api('GET', 'tables/TB_Connections')).rows.length, 1);
});

test('points by the keyboard alone: new branch and point, rename, move, tick, change, delete', async () => {
  await show('/');
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await page.waitForSelector('main.devices .group-row');
  await page.getByRole('link', { name: 'Edit points' }).press('Enter');
  await page.waitForSelector('.erow .name:has-text("A feed flow")');
  await button('New branch').press('Enter');
  await page.keyboard.type('Feeds');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.erow.branch');
  await page.locator('.pscroll').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Insert');
  await page.waitForSelector('dialog[open]');
  await page.keyboard.type('Entered');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.erow .name:has-text("Entered")');

  // The point of the device goes into the branch, under another name.
  await page.locator('.pscroll').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('F2');
  await page.waitForSelector('dialog[open]');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Flow A');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.erow .name:has-text("Flow A")');
  await page.locator('.pscroll').focus();
  await page.keyboard.press('End');
  await page.keyboard.press(' ');
  await button('Change ticked…').press('Enter');
  await page.waitForSelector('dialog[open]');
  await page.getByLabel('Column').selectOption('Parent');
  await page.waitForSelector('dialog [data-column=Parent] select');
  await choose('Parent', 'Feeds');
  await saved();
  const moved = await until('the move', async () => (await api('GET', 'tables/TB_Objects?Name=Flow+A&Parent.gt=0')).rows[0]);
  assert.equal(moved.DevId, 1, 'what was not named stays');
  await until('its value under the new name', async () => {
    const { values } = await api('GET', `live?match=${encodeURIComponent('Feeds/Flow A')}`);
    return values.length === 1 && typeof values[0].value === 'number';
  });

  // A branch with points in it stays; the point that is not needed goes.
  await page.locator('.pscroll').focus();
  await page.keyboard.press(' '); // unticks
  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: 'Really delete' }).press('Enter');
  await says('dialog .field-problem', /TB_Objects/);
  await page.keyboard.press('Escape');
  await page.locator('.pscroll').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: 'Really delete' }).press('Enter');
  await until('the deletion', async () => (await api('GET', 'tables/TB_Objects')).rows.length === 2);
  assert.deepEqual(page.problems, []);
});

test('the plant file there and back: nothing to change, then what a change would do', async () => {
  await show('/points?edit=1');
  const file = await (await fetch(server.url + await page.getByRole('link', { name: 'Plant file' }).getAttribute('href'))).text();
  assert.match(file, /Flow A/);
  const give = async (text) => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button('Apply a plant file').click()]);
    await chooser.setFiles({ name: 'plant.yaml', mimeType: 'text/yaml', buffer: Buffer.from(text) });
    await page.waitForSelector('dialog');
  };
  await give(file);
  await says('dialog', /already as the file says/);
  await page.keyboard.press('Escape');

  await give(file.replaceAll('Mine', 'Field bus'));
  await page.waitForSelector('.changes li');
  assert.match(await page.locator('.changes').textContent(), /Field bus/);
  assert.equal((await api('GET', 'tables/TB_Connections')).rows[0].Name, 'Mine', 'nothing before it is agreed to');
  await button('Apply').click();
  await until('the change', async () => (await api('GET', 'tables/TB_Connections')).rows.some((row) => row.Name === 'Field bus'));

  await give('connections:\n  - {name: x, drvier: modbus}\n');
  await says('dialog .field-problem', /drvier/);
});

test('points as CSV: tried first, then written', async () => {
  await show('/points?edit=1');
  const csv = await (await fetch(`${server.url}/api/v1/tables/TB_Objects?format=csv`)).text();
  const give = async (text) => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button('Import points').click()]);
    await chooser.setFiles({ name: 'points.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await page.waitForSelector('dialog');
  };
  await give(csv.replace('Flow A', 'Flow B'));
  await says('dialog', /Changed: 1/);
  await button('Write').click();
  await page.waitForSelector('.erow .name:has-text("Flow B")');
  await give('ObjId,Name\n1,a\nx,b\n');
  await says('dialog .field-problem', /row 3, column "ObjId"/);
});

test('a point that has values is deleted with how it is recorded', async () => {
  const { rows: [{ ObjId }] } = await api('GET', 'tables/TB_Objects?Name=Flow+B');
  const recorded = async () => (await api('GET', `tables/vv_point_option?ObjId=${ObjId}`)).rows.length;
  assert.equal(await recorded(), 1);
  await show('/points?edit=1');
  await page.locator('.erow .name', { hasText: 'Flow B' }).click();
  await button('Delete').click();
  await button('Really delete').click();
  await until('its row is gone', async () => (await page.locator('.erow:not([hidden]) .name', { hasText: 'Flow B' }).count()) === 0);
  assert.equal(await recorded(), 0);
  assert.deepEqual(page.problems, []);
});

test('the pages for setting up pass axe, in light and dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await show('/devices?device=1', { colorScheme });
    await page.waitForSelector('.detail td');
    assert.deepEqual(await axe(page), []);
    await button('Change').click();
    await page.waitForSelector('dialog [data-column=Type] select');
    assert.deepEqual(await axe(page), [], 'dialog');
    await picture(page, `device-form-${colorScheme}`);
    await page.goto(`${server.url}/points?edit=1`);
    await page.waitForSelector('.erow .name:has-text("Feeds")');
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.problems, []);
    await page.context().close();
    page = null;
  }
});
