import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  expectSound,
  type Lang,
  lapsed,
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

/** Without the spaces, of whichever kind, between its digits. */
const bare = (text: string) => text.replace(/\s/g, '');

/** Each figure of the overview as the API tells it for the same days. */
async function expectFigures(page: Page, query: string) {
  const report = await (await page.request.get(`/v1/reports/sales_summary${query}`)).json();
  const told = new Map<string, number>(
    report.rows.map(([metric, value]: [string, unknown]) => [metric, Number(value)]),
  );
  const shown = await page
    .locator('[data-metric]')
    .evaluateAll((cards) =>
      cards.map((card) => [
        (card as HTMLElement).dataset.metric ?? '',
        (card.querySelector('[data-value]') as HTMLElement).dataset.value,
      ]),
    );
  expect(shown.length).toBeGreaterThan(3);
  for (const [metric = '', value] of shown) {
    expect(told.has(metric), metric).toBe(true);
    expect(Number(value), metric).toBeCloseTo(told.get(metric) ?? Number.NaN, 6);
  }
  for (const text of await page.locator('[data-metric] [data-value]').allInnerTexts())
    expect(text).toMatch(/\d/);
}

describe.each([
  ['en', 'wide'],
  ['ru', 'wide'],
  ['en', 'narrow'],
  ['ru', 'narrow'],
] as [Lang, Size][])('the first hour, %s, %s', (lang, size) => {
  it('goes from nothing to figures, an answer, a task and the link to Telegram', async () => {
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
    await send(context, key, 'purchases', [...sales(100), ...lapsed()]);
    await page.goto('/');
    await settled(page);
    await expectSound(page);
    const now = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Moscow' });
    const day = (back: number) => now.format(Date.now() - back * 86_400_000);
    await expectFigures(page, `?from=${day(30)}&to=${day(0)}`);

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

    // A report from the catalogue; its rows are the API's, and each opens the lines behind it.
    await page.goto('/reports');
    await settled(page);
    await expectSound(page);
    await page.goto('/reports/top_products?period=all');
    await settled(page);
    const products = await (await context.request.get('/v1/reports/top_products')).json();
    const names = products.columns.map(({ name }: { name: string }) => name);
    const [best] = products.rows;
    const product = best[names.indexOf('product')];
    const revenue = Number(best[names.indexOf('revenue')]);
    await page.getByRole('cell', { name: product, exact: true }).click();
    const drill = page.getByRole('dialog');
    const amount = drill.locator('[data-amount]');
    await amount.waitFor();
    expect(Number(await amount.getAttribute('data-amount'))).toBeCloseTo(revenue, 6);
    await expectSound(page);
    await page.keyboard.press('Escape');

    // A question; the answer has the figure of the report.
    await page.goto('/assistant');
    await settled(page);
    await page
      .getByLabel(text.assistant.field, { exact: true })
      .fill(lang === 'ru' ? 'выручка за всё время' : 'revenue of all time');
    await page.keyboard.press('Enter');
    const summary = await (await context.request.get('/v1/reports/sales_summary')).json();
    const whole = Number(summary.rows.find(([metric]: string[]) => metric === 'revenue')[1]);
    const money = new Intl.NumberFormat(lang === 'ru' ? 'ru-RU' : 'en-GB', { minimumFractionDigits: 2 });
    const figures = page.locator('article dl').first();
    await figures.waitFor();
    expect(bare(await figures.innerText())).toContain(bare(money.format(whole)));
    await expectSound(page);

    // Advice is accepted, and is a task from then on.
    await page.goto('/recommendations');
    await settled(page);
    await expectSound(page);
    const [advice] = (await (await context.request.get(`/v1/recommendations?locale=${lang}`)).json()).items;
    const article = page
      .locator('article')
      .filter({ has: page.getByRole('heading', { name: advice.title, exact: true }) });
    await article.first().getByRole('button', { name: text.recommendations.accept, exact: true }).click();
    await page.getByText(text.recommendations.decided.accepted).first().waitFor();
    await page.goto('/tasks');
    await settled(page);
    const made = await (await context.request.get(`/v1/tasks?recommendation_id=${advice.id}`)).json();
    expect(made.items).toHaveLength(1);
    await page.getByText(made.items[0].title, { exact: true }).first().waitFor();
    await page.getByRole('link', { name: text.work.tasks.by_advice }).first().waitFor();
    await expectSound(page);

    // The way into Telegram: a code for the camera; without a bot the page says who sets one up.
    await page.goto('/settings/telegram');
    await settled(page);
    await page.getByRole('button', { name: text.sending.telegram.make, exact: true }).click();
    if (inject('bot')) {
      await page.getByRole('img', { name: text.sending.telegram.qr }).waitFor();
      const open = page.getByRole('link', { name: text.sending.telegram.open });
      expect(await open.getAttribute('href')).toMatch(/^https:\/\/t\.me\/kupets_e2e_bot\?start=/);
    } else {
      const qr = page.getByRole('img', { name: text.sending.telegram.qr });
      await qr.or(page.getByText(text.sending.telegram.no_bot_title)).first().waitFor();
    }
    await expectSound(page);

    expect(complaints.list).toEqual([]);
    await context.close();
  });
});
