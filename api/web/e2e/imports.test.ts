import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Complaints,
  expectSound,
  type Lang,
  launch,
  open,
  type Size,
  settled,
  signUp,
  TEXTS,
} from './browser';
import { workbook } from './workbook';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const HEAD = ['order_id', 'customer_id', 'date', 'product', 'quantity', 'price'];
const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
const csv = (name: string, rows: (string | number)[][]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from([HEAD, ...rows].map((row) => row.join(',')).join('\n')),
});

/** Of the two files of one export: five and three good orders, two of them of guests, and a bad row in each. */
const FILES = [
  csv('orders-1.csv', [
    ...[1, 2, 3, 4].map((n) => [`A${n}`, `c${n % 3}`, day(n), 'Coffee', n, 10.5]),
    ['A5', '', day(2), 'Tea', 1, 4.25],
    ['A6', 'c1', 'some day', 'Tea', 1, 4.25],
  ]),
  csv('orders-2.csv', [
    ...[1, 2].map((n) => [`B${n}`, `c${n}`, day(n), 'Grinder', 1, 89.9]),
    ['B3', '', day(2), 'Tea', 2, 4.25],
    ['B4', 'c2', day(3), 'Tea', 'many', 4.25],
  ]),
];
const REVENUE = 10 * 10.5 + 3 * 4.25 + 2 * 89.9;

describe.each([
  ['en', 'wide'],
  ['ru', 'narrow'],
] as [Lang, Size][])('imports, %s, %s', (lang, size) => {
  const text = TEXTS[lang];
  const { imports } = text;
  let page: Page;
  let context: BrowserContext;
  let complaints: Complaints;

  beforeAll(async () => {
    ({ page, context, complaints } = await open(browser, lang, size));
    await signUp(page, lang);
  });
  afterAll(async () => {
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click();
  const state = (name: keyof typeof imports.statuses) =>
    page.getByRole('status').getByText(imports.statuses[name], { exact: true }).waitFor();
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  /** The figure under its name. */
  const figure = (label: string) => page.locator(`[data-figure="${label}"]`).first().innerText();
  const count = async (what: 'purchases' | 'customers') =>
    (await (await context.request.get('/v1/connection')).json()).records[what];
  const send = async (files: Parameters<ReturnType<Page['locator']>['setInputFiles']>[0]) => {
    await page.goto('/imports');
    await settled(page);
    await page.locator('input[type="file"]').setInputFiles(files);
    await page.waitForURL(/\/imports\/\w+/);
  };
  const run = async () => {
    await press(imports.run);
    await state('done');
  };

  it('takes several files as one, tells what is wrong with rows, and counts guests', async () => {
    await send(FILES);
    await state('looked_at');
    await page.getByRole('heading', { level: 1, name: 'orders-1.csv, orders-2.csv' }).waitFor();
    expect(await figure(imports.figures.good)).toBe('8');
    expect(await figure(imports.figures.bad)).toBe('2');
    expect(await figure(imports.figures.known)).toBe('0');
    // Which file, which row, and what to do, by the names that the page has.
    const faults = page.getByRole('region', { name: imports.faults.title });
    await faults.getByText(/orders-1\.csv/).waitFor();
    await faults.getByText(new RegExp(`some day.*${imports.options.date_format}`)).waitFor();
    await faults.getByText(/many/).waitFor();
    await expectSound(page);
    expect(await sideways()).toBeLessThanOrEqual(0);
    await run();
    expect(await figure(imports.state.stored)).toBe('8');
    expect(await figure(imports.state.rejected)).toBe('2');
    await expectSound(page);
    expect(await count('purchases')).toBe(8);
    expect(await count('customers')).toBe(3);
    await page.getByRole('link', { name: text.connect.status.next, exact: true }).click();
    // Guests count in revenue.
    const revenue = page.locator('[data-metric="revenue"] [data-value]');
    await revenue.waitFor();
    expect(Number(await revenue.getAttribute('data-value'))).toBeCloseTo(REVENUE, 4);
  });

  it('changes nothing when the same files come again', async () => {
    await send(FILES);
    await state('looked_at');
    expect(await figure(imports.figures.known)).toBe('8');
    await run();
    expect(await figure(imports.state.replaced)).toBe('8');
    expect(await count('purchases')).toBe(8);
  });

  it('reads the worksheet of a workbook that is asked for, and takes it back out', async () => {
    const rows = [1, 2, 3].map((n) => [`X${n}`, `w${n}`, day(n), 'Cup', n, 12.5]);
    const buffer = workbook({ Readme: [['Read this first'], ['It tells nothing']], Orders: [HEAD, ...rows] });
    await send({ name: 'shop.xlsx', mimeType: 'application/octet-stream', buffer });
    await state('looked_at');
    await page.getByText('Readme, Orders').waitFor();
    expect(await page.getByRole('button', { name: imports.run, exact: true }).count()).toBe(0);
    await page.getByRole('combobox', { name: imports.options.sheet }).click();
    await page.getByRole('option', { name: 'Orders', exact: true }).click();
    await press(imports.reading.again);
    await page.locator(`[data-figure="${imports.figures.good}"]`).waitFor();
    expect(await figure(imports.figures.good)).toBe('3');
    await expectSound(page);
    await run();
    expect(await count('purchases')).toBe(11);
    await press(imports.undo.button);
    await page.getByRole('dialog').getByRole('button', { name: imports.undo.button, exact: true }).click();
    await state('undone');
    await expect.poll(() => count('purchases')).toBe(8);
    expect(await count('customers')).toBe(3);
    await expectSound(page);
  });

  it('says of a file that cannot be read what to do, and lists it as failed', async () => {
    const buffer = Buffer.from(`PK\x03\x04${'not an archive at all '.repeat(20)}`);
    await send({ name: 'broken.xlsx', mimeType: 'application/octet-stream', buffer });
    await state('failed');
    await page.getByText(imports.says.unreadable).waitFor();
    await page
      .getByRole('alert')
      .getByText(/broken\.xlsx/)
      .waitFor();
    expect(await page.getByRole('button', { name: imports.run, exact: true }).count()).toBe(0);
    await expectSound(page);
    expect(await sideways()).toBeLessThanOrEqual(0);
    await page.goto('/imports');
    await settled(page);
    const history = page.getByRole('region', { name: imports.history.title }).getByRole('row');
    await history.filter({ hasText: 'broken.xlsx' }).getByText(imports.statuses.failed).waitFor();
    await expectSound(page);
    await page.getByRole('link', { name: 'broken.xlsx' }).click();
    await press(text.common.actions.remove);
    await page.waitForURL(/\/imports$/);
    await history.filter({ hasText: 'broken.xlsx' }).waitFor({ state: 'detached' });
  });

  it('fills with sample data, says why that fails, and takes it back out', async () => {
    const { sample } = text.overview;
    const body = { status: 'failed', lines: 20000, done_lines: 100, records: 60, error: 'the disk is full' };
    await page.route('**/v1/sample-data', (route) => route.fulfill({ json: body }));
    await page.goto('/connect');
    await page.getByText(sample.failed).waitFor();
    await page.getByRole('alert').getByText('the disk is full').waitFor();
    await expectSound(page);
    await page.unroute('**/v1/sample-data');
    await page.goto('/connect');
    await press(sample.fill);
    const there = page.locator('[data-sample="done"]');
    await there.waitFor();
    expect(await count('purchases')).toBeGreaterThan(1000);
    // Beside figures it is told that they are made up.
    await page.goto('/');
    await there.waitFor();
    await expectSound(page);
    await press(sample.remove);
    await page.getByRole('dialog').getByRole('button', { name: sample.remove, exact: true }).click();
    await expect.poll(() => count('purchases')).toBe(8);
    await there.waitFor({ state: 'detached' });
  });
});
