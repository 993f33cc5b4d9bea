import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  expectSound,
  type Lang,
  launch,
  makeKey,
  open,
  type Size,
  sales,
  send,
  settled,
  signUp,
  TEXTS,
} from './browser';

const run = promisify(execFile);
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const plain = (text: string | null) => (text ?? '').replace(/[\s\u00a0\u202f]/g, ' ');

describe.each([
  ['en', 'wide'],
  ['ru', 'wide'],
  ['en', 'narrow'],
  ['ru', 'narrow'],
] as [Lang, Size][])('the first hour, %s, %s', (lang, size) => {
  it('goes from nothing to the figures of the first records', async () => {
    const { context, page, complaints } = await open(browser, lang, size);
    const text = TEXTS[lang];

    // Sign up; the page asks for a key first.
    await signUp(page, lang);
    await expectSound(page);
    await page.getByRole('button', { name: text.connect.key.button }).click();
    await page.getByLabel(text.connect.key.made, { exact: true }).waitFor();
    const code = await page.getByTestId('snippet').innerText();
    expect(code).toContain('kp_');

    // The curl as pasted; the status turns by itself.
    await page.getByText(text.connect.status.waiting, { exact: true }).waitFor();
    const { stdout } = await run('sh', ['-c', code]);
    expect(JSON.parse(stdout).accepted).toBe(1);
    await page.getByText(text.connect.status.connected, { exact: true }).waitFor();

    // A shop of a hundred days, and the figures of the overview are those of the API.
    const key = await makeKey(context);
    await send(context, key, 'purchases', sales(100));
    await page.goto('/');
    await settled(page);
    await expectSound(page);
    const revenue = page.locator('[data-metric="revenue"] [data-value]');
    const now = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Moscow' });
    const day = (back: number) => now.format(Date.now() - back * 86_400_000);
    const report = await (
      await context.request.get(`/v1/reports/sales_summary?from=${day(30)}&to=${day(0)}`)
    ).json();
    const row = report.rows.find(([metric]: string[]) => metric === 'revenue');
    expect(Number(await revenue.getAttribute('data-value'))).toBeCloseTo(Number(row[1]), 6);
    expect(plain(await revenue.textContent())).toMatch(/\d/);

    // Another period by the picker: the address tells it, and a reload keeps it.
    await page.getByRole('button', { name: new RegExp(`^${text.common.periods.label}`) }).click();
    await page.getByRole('menuitem', { name: text.common.periods.last_7_days }).click();
    await page.waitForURL(/period=last_7_days/);
    await page.reload();
    await settled(page);
    await page.getByRole('button', { name: new RegExp(text.common.periods.last_7_days) }).waitFor();

    // A customer in the list leads to the card.
    await page.goto('/customers');
    await settled(page);
    await expectSound(page);
    await page.getByRole('searchbox', { name: text.customers.search }).fill('c12');
    // The list has only whom the search found.
    await page.waitForFunction(() => document.querySelectorAll('main tbody tr').length === 1);
    await page.getByRole('link', { name: 'c12', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'c12' }).waitFor();
    await settled(page);
    await expectSound(page);

    expect(complaints.list).toEqual([]);
    await context.close();
  });
});
