// Times on days when the clock changes, for each zone of plant and browser.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { drawn, openPage, PageServer, startBrowser, until } from './harness.mjs';

const TAG = 'Test/Clock';
const BROWSERS = ['UTC', 'Europe/Kyiv', 'America/New_York'];
// Two instants, an hour or half an hour apart, and how the plant's clock shows them.
const PLANTS = [
  { zone: 'Europe/Kyiv', times: { '2024-10-27T00:30:00Z': '2024-10-27 03:30:00 +03:00', '2024-10-27T01:30:00Z': '2024-10-27 03:30:00 +02:00' } },
  { zone: 'UTC', times: { '2024-10-27T00:30:00Z': '2024-10-27 00:30:00 +00:00', '2024-10-27T01:30:00Z': '2024-10-27 01:30:00 +00:00' } },
  { zone: 'Asia/Kolkata', times: { '2024-10-27T00:30:00Z': '2024-10-27 06:00:00 +05:30', '2024-10-27T01:30:00Z': '2024-10-27 07:00:00 +05:30' } },
  { zone: 'Australia/Lord_Howe', times: { '2024-04-06T14:45:00Z': '2024-04-07 01:45:00 +11:00', '2024-04-06T15:15:00Z': '2024-04-07 01:45:00 +10:30' } },
];

let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

for (const { zone, times } of PLANTS) {
  test(`a plant in ${zone}: table, picker and clock agree in every browser`, async () => {
    const server = await PageServer.start(zone);
    try {
      const instants = Object.keys(times);
      await server.samples(instants.map((text, i) => [TAG, Date.parse(text), i]));
      for (const timezoneId of BROWSERS) {
        const page = await openPage(browser, { timezoneId });
        const [from, to] = [instants[0], instants[1]];
        await page.goto(`${server.url}/trend?tag=${TAG}&from=${from}&to=${to}&view=table`);
        await until('two rows', async () => (await page.locator('.virtual .trow:not([hidden])').count()) === 2);
        await until('the plant zone', async () => (await page.locator('.clock select').textContent()).includes(zone));
        await drawn(page);
        assert.deepEqual(await page.locator('.virtual .t-time').allTextContents(), Object.values(times), timezoneId);
        assert.deepEqual(await page.locator('.field.time').evaluateAll((inputs) => inputs.map((input) => input.value)), Object.values(times), timezoneId);
        assert.deepEqual(page.problems, []);
        await page.context().close();
      }
    } finally {
      await server.stop();
    }
  });
}
