import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Complaints,
  expectSound,
  type Lang,
  launch,
  makeKey,
  open,
  type Size,
  sales,
  send,
  serves,
  settled,
  signUp,
  TEXTS,
} from './browser';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const PAGES = [
  '/assistant',
  '/',
  '/customers',
  '/customers/c1',
  '/reports',
  '/reports/sales_over_time?grain=week',
  '/reports/top_products',
  '/reports/cohort_retention',
  '/reports/rfm_segments',
  '/trends',
  '/forecast?grain=week',
  '/recommendations',
  '/sql?q=SELECT%20channel%2C%20sum(amount)%20FROM%20purchases%20GROUP%20BY%201',
  '/connect',
  '/settings/workspace',
  '/settings/keys',
  '/settings/segments',
  '/settings/retention',
  '/settings/assistant',
  '/settings/members',
  '/settings/audit',
  '/settings/account',
  '/settings/workspaces',
  '/settings/appearance',
  ...['tasks', 'dashboards'].filter((name) => serves(`/v1/${name}`)).map((name) => `/${name}`),
  ...(serves('/v1/customer-duplicates') ? ['/duplicates'] : []),
  ...['webhooks', 'exports', 'deliveries']
    .filter((name) => serves(`/v1/${name}`))
    .map((name) => `/settings/${name}`),
  ...(serves('/v1/telegram/links') ? ['/settings/telegram'] : []),
];

describe.each([
  ['en', 'wide', 'light'],
  ['ru', 'wide', 'dark'],
  ['ru', 'narrow', 'light'],
  ['en', 'narrow', 'dark'],
] as [Lang, Size, 'light' | 'dark'][])('pages, %s, %s, %s', (lang, size, scheme) => {
  let page: Page;
  let context: BrowserContext;
  let complaints: Complaints;

  beforeAll(async () => {
    ({ page, context, complaints } = await open(browser, lang, size, scheme));
    await signUp(page, lang);
    await send(context, await makeKey(context), 'purchases', sales(400));
  });
  afterAll(() => context.close());

  it.each(PAGES)('%s is sound, complains of nothing and does not scroll sideways', async (path) => {
    complaints.list = [];
    await page.goto(path);
    await settled(page);
    await expectSound(page);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0);
    expect(complaints.list).toEqual([]);
  });
});

describe('by keyboard', () => {
  it('reaches a page through Ctrl+K, and the way out', async () => {
    const { page, context, complaints } = await open(browser, 'en', 'wide');
    const text = TEXTS.en;
    await signUp(page, 'en');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder(text.shell.spotlight.placeholder).fill('Retention');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/reports\/cohort_retention/);
    await page.getByRole('button', { name: /^Account of/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: text.shell.user.sign_out }).click();
    await page.getByRole('heading', { level: 1, name: text.auth.sign_in.title }).waitFor();
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  it('switches the language at once and remembers it', async () => {
    const { page, context } = await open(browser, 'en', 'wide');
    await page.goto('/sign-in');
    await page.getByText(TEXTS.en.shell.language.ru).click();
    await page.getByRole('heading', { level: 1, name: TEXTS.ru.auth.sign_in.title }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: TEXTS.ru.auth.sign_in.button }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('ru');
    await context.close();
  });
});
