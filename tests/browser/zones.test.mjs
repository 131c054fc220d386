// Times on days when the clock changes, for each zone of plant and browser.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { drawn, openPage, PageServer, startBrowser, until } from './harness.mjs';

const TAG = 'Test/Clock';
const DAYS = 'Test/Days';
const HOUR = 3_600_000;
const BROWSERS = ['UTC', 'Europe/Kyiv', 'America/New_York'];
// Two instants, an hour or half an hour apart, and how the plant's clock shows them; and noon of the
// day of the change and of the day before.
const PLANTS = [
  { zone: 'Europe/Kyiv', times: { '2024-10-27T00:30:00Z': '2024-10-27 03:30:00 +03:00', '2024-10-27T01:30:00Z': '2024-10-27 03:30:00 +02:00' },
    noons: ['2024-10-27T10:00:00Z', '2024-10-26T09:00:00Z', '2024-10-26 12:00:00 +03:00'] },
  { zone: 'UTC', times: { '2024-10-27T00:30:00Z': '2024-10-27 00:30:00 +00:00', '2024-10-27T01:30:00Z': '2024-10-27 01:30:00 +00:00' },
    noons: ['2024-10-27T12:00:00Z', '2024-10-26T12:00:00Z', '2024-10-26 12:00:00 +00:00'] },
  { zone: 'Asia/Kolkata', times: { '2024-10-27T00:30:00Z': '2024-10-27 06:00:00 +05:30', '2024-10-27T01:30:00Z': '2024-10-27 07:00:00 +05:30' },
    noons: ['2024-10-27T06:30:00Z', '2024-10-26T06:30:00Z', '2024-10-26 12:00:00 +05:30'] },
  { zone: 'Australia/Lord_Howe', times: { '2024-04-06T14:45:00Z': '2024-04-07 01:45:00 +11:00', '2024-04-06T15:15:00Z': '2024-04-07 01:45:00 +10:30' },
    noons: ['2024-04-07T01:30:00Z', '2024-04-06T01:00:00Z', '2024-04-06 12:00:00 +11:00'] },
];

let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

for (const { zone, times, noons: [noon, before, beforeText] } of PLANTS) {
  test(`a plant in ${zone}: table, picker and clock agree in every browser`, async () => {
    const server = await PageServer.start(zone);
    try {
      const instants = Object.keys(times);
      await server.samples(instants.map((text, i) => [TAG, Date.parse(text), i]));
      await server.samples([[DAYS, Date.parse(before), 41], [DAYS, Date.parse(noon), 42]]);
      for (const timezoneId of BROWSERS) {
        const page = await openPage(browser, { timezoneId });
        const [from, to] = [instants[0], instants[1]];
        await page.goto(`${server.url}/trend?tag=${TAG}&from=${from}&to=${to}&view=table`);
        await until('two rows', async () => (await page.locator('.virtual .trow:not([hidden])').count()) === 2);
        await until('the plant zone', async () => (await page.locator('.clock select').textContent()).includes(zone));
        await drawn(page);
        assert.deepEqual(await page.locator('.virtual .t-time').allTextContents(), Object.values(times), timezoneId);
        assert.deepEqual(await page.locator('.field.time').evaluateAll((inputs) => inputs.map((input) => input.value)), Object.values(times), timezoneId);
        // The day before lies under the day of the change at the same time of the plant's clock.
        const at = (hours) => new Date(Date.parse(noon) + hours * HOUR).toISOString();
        await page.goto(`${server.url}/trend?tag=${DAYS}&from=${at(-1)}&to=${at(1)}&cmp=-1d&c=${at(0)}`);
        await until('noon of the day before', async () =>
          (await page.locator('.pen').textContent()).includes(`−1d: 41, ${beforeText}`));
        assert.deepEqual(page.problems, []);
        await page.context().close();
      }
    } finally {
      await server.stop();
    }
  });
}
