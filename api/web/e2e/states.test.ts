import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectSound, launch, makeKey, open, sales, send, settled, signUp, TEXTS } from './browser';

const text = TEXTS.en;
let browser: Browser;
let page: Page;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launch();
  ({ page, context } = await open(browser, 'en', 'wide'));
  await signUp(page, 'en');
});
afterAll(() => browser.close());

function problem(status: number, detail: string) {
  return {
    status,
    contentType: 'application/problem+json',
    body: JSON.stringify({ status, detail, code: 'test', title: 'Test' }),
  };
}

it('shows a new workspace the way to its first record', async () => {
  await page.goto('/');
  await page.getByText(text.overview.no_records_title).waitFor();
  await expectSound(page);
  await page.goto('/customers');
  await page.getByText(text.customers.empty_title).waitFor();
});

it('brings the licences of what it is made with', async () => {
  await page.goto('/settings/appearance');
  await page.getByRole('link', { name: text.settings.appearance.notices }).waitFor();
  const notices = await (await context.request.get('/third-party.txt')).text();
  for (const name of ['react-dom', '@mantine/core', 'echarts', '@fontsource-variable/inter', 'uqr'])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
});

it('says that a part is not on this server, and nothing more', async () => {
  await page.route('**/v1/members*', (route) =>
    route.fulfill(problem(404, 'there is nothing at this address; /docs lists what there is')),
  );
  await page.goto('/settings/members');
  await page.getByText(text.common.states.missing_title).waitFor();
  await expectSound(page);
  await page.unroute('**/v1/members*');
});

it('tells a fault of the server with its number, and tries again when asked', async () => {
  await page.route('**/v1/reports', (route) => route.fulfill(problem(500, 'a fault of ours')));
  await page.goto('/reports');
  await page.getByText('a fault of ours').waitFor();
  await page.unroute('**/v1/reports');
  await page.getByRole('button', { name: text.common.actions.retry }).click();
  await page.getByRole('link', { name: /Top products/ }).waitFor();
});

it('tells a lost connection, and keeps what was there', async () => {
  await send(context, await makeKey(context), 'purchases', sales(40));
  await page.goto('/reports/top_products?period=all');
  await page.getByRole('cell', { name: 'Grinder' }).waitFor();
  await context.setOffline(true);
  await page.getByText(text.common.states.offline_banner).waitFor();
  expect(await page.getByRole('cell', { name: 'Grinder' }).count()).toBe(1);
  await context.setOffline(false);
  await page.getByText(text.common.states.offline_banner).waitFor({ state: 'detached' });
});

it('says of when figures are that could not be asked for anew', async () => {
  await page.goto('/reports/top_products?period=all');
  await page.getByRole('cell', { name: 'Grinder' }).waitFor();
  await page.route('**/v1/reports/top_products*', (route) => route.fulfill(problem(500, 'a fault of ours')));
  // A record makes the page ask anew by itself.
  await send(context, await makeKey(context), 'purchases', sales(1));
  const stale = page.locator('[data-stale]');
  await stale.waitFor();
  expect(await page.getByRole('cell', { name: 'Grinder' }).count()).toBe(1);
  await page.unroute('**/v1/reports/top_products*');
  await stale.getByRole('button', { name: text.common.actions.retry }).click();
  await stale.waitFor({ state: 'detached' });
});

it('erases a person only when the id is typed', async () => {
  await page.goto('/customers/c5');
  await settled(page);
  await page.getByRole('button', { name: text.customers.card.actions }).click();
  await page.getByRole('menuitem', { name: text.customers.card.erase }).click();
  const button = page.getByRole('button', { name: text.customers.erase.button });
  expect(await button.isDisabled()).toBe(true);
  await page.getByLabel(text.customers.erase.confirm.replace('{{id}}', 'c5')).fill('c5');
  await button.click();
  await page.getByRole('heading', { level: 1, name: text.customers.title }).waitFor();
  expect((await context.request.get('/v1/customers/c5')).status()).toBe(404);
});

it('leads a session that has ended to the door and back', async () => {
  await page.goto('/reports');
  await settled(page);
  await context.clearCookies();
  await page.getByRole('link', { name: /Top products/ }).click();
  await page.getByRole('button', { name: text.auth.sign_in.button }).waitFor();
  expect(new URL(page.url()).searchParams.get('next')).toContain('/reports');
});
