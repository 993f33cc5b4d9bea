import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
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

const has = (...paths: string[]) => paths.every((path) => inject('paths').includes(path));

interface Told {
  kind: string;
  schedule?: { every: string } | null;
  alert?: { below?: number } | null;
}

/** What this server does not have yet is said, and not tested. */
function needs(...paths: string[]) {
  const there = has(...paths);
  if (!there) console.warn(`This server has no ${paths.join(', ')}: its page is NOT tested.`);
  return it.skipIf(!there);
}

describe.each([
  ['en', 'wide'],
  ['ru', 'narrow'],
] as [Lang, Size][])('work, %s, %s', (lang, size) => {
  const text = TEXTS[lang];
  const { tasks, notes, views, boards } = text.work;
  const { exports, webhooks, telegram, deliveries } = text.sending;
  let page: Page;
  let context: BrowserContext;
  let complaints: Complaints;

  beforeAll(async () => {
    ({ page, context, complaints } = await open(browser, lang, size));
    await signUp(page, lang);
    await send(context, await makeKey(context), 'purchases', sales(120));
  });
  afterAll(async () => {
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  const go = async (path: string) => {
    await page.goto(path);
    await settled(page);
  };
  const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click();
  const save = () =>
    page.getByRole('dialog').getByRole('button', { name: text.common.actions.save, exact: true }).click();
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

  it('drills from a report to the lines that its figures are made of', async () => {
    await go('/reports/categories?period=all');
    const report = await (await context.request.get('/v1/reports/categories')).json();
    const [key, revenue] = report.rows[0];
    await page.getByRole('cell', { name: key, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(new RegExp(key)).first().waitFor();
    const total = dialog.locator('[data-amount]');
    await total.waitFor();
    expect(Number(await total.getAttribute('data-amount'))).toBeCloseTo(Number(revenue), 6);
    await dialog.getByRole('table').waitFor();
    await expectSound(page);
    await dialog.getByText(text.reports.drill.customers, { exact: true }).click();
    await dialog
      .getByRole('link', { name: /^c\d+$/ })
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
  });

  it('drills by keyboard, arrow by arrow', async () => {
    await go('/reports/categories?period=all');
    const report = await (await context.request.get('/v1/reports/categories')).json();
    const [key, revenue] = report.rows[1];
    const rows = page.locator('main tbody tr[data-opens]');
    await rows.first().waitFor();
    // From the table itself one step of the Tab key leads to its rows' one stop, behind the sorting heads.
    await page.locator('main thead button').last().focus();
    await page.keyboard.press('Tab');
    expect(await rows.first().evaluate((row) => row === document.activeElement)).toBe(true);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(new RegExp(key)).first().waitFor();
    const total = dialog.locator('[data-amount]');
    await total.waitFor();
    expect(Number(await total.getAttribute('data-amount'))).toBeCloseTo(Number(revenue), 6);
    await page.keyboard.press('Escape');
  });

  it.each([
    ['cohort_retention', '?period=all', 4],
    ['basket_pairs', '?period=all&min_support=0.001', null],
    ['rfm_segments', '?period=all', 2],
    ['lifecycle', '?period=all', null],
    ['new_vs_returning', '?period=all&grain=month', null],
  ] as const)('opens what is behind a row of %s', async (id, search, money) => {
    await go(`/reports/${id}${search}`);
    const rows = page.locator('main tbody tr[data-opens]');
    if ((await rows.count()) === 0) return console.warn(`${id} has no rows here: its drill is NOT tested.`);
    await rows.first().focus();
    await page.keyboard.press('Enter');
    const total = page.getByRole('dialog').locator('[data-amount]');
    await total.waitFor();
    const report = await (
      await context.request.get(`/v1/reports/${id}${search.replace(/period=all&?/, '')}`)
    ).json();
    if (money !== null)
      expect(Number(await total.getAttribute('data-amount'))).toBeCloseTo(Number(report.rows[0][money]), 4);
    await page.keyboard.press('Escape');
  });

  it('draws what a statement finds', async () => {
    const sql = 'SELECT channel, sum(amount) AS revenue FROM purchases GROUP BY 1 ORDER BY 1';
    await go(`/sql?q=${encodeURIComponent(sql)}`);
    await page.getByRole('cell', { name: 'web', exact: true }).waitFor();
    await press(text.sql.chart);
    await page.locator('[data-drawn]').waitFor();
    // A link to it shows the same drawing.
    expect(new URL(page.url()).searchParams.get('chart')).toContain('bar');
    await expectSound(page);
  });

  it('filters customers by one thing or another', async () => {
    const probe = await context.request.get('/v1/customers?filter=(orders%3E0%7Corders%3D0)');
    if (!probe.ok()) return console.warn('This server has no groups of conditions: they are NOT tested.');
    await go('/customers?filter=(customer_id=c1|customer_id=c2);orders>0');
    await page.getByRole('link', { name: 'c1', exact: true }).waitFor();
    expect(await page.locator('main tbody tr').count()).toBe(2);
    await expectSound(page);
    const condition = `${text.customers.fields.customer_id} ${text.customers.filter.ops['=']} c2`;
    await press(text.customers.filter.remove.replace('{{condition}}', condition));
    await page.getByRole('link', { name: 'c2', exact: true }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('filter')).toBe('customer_id=c1;orders>0');
  });

  it.skipIf(size === 'narrow')('gives several customers a tag at once', async () => {
    await go('/customers?search=c3');
    await page.getByLabel(text.customers.bulk.mark_all).check();
    await press(text.customers.bulk.button);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(text.customers.bulk.tag, { exact: true }).fill('tea club');
    await expectSound(page);
    await dialog.getByRole('button', { name: text.customers.bulk.add, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const found = await (await context.request.get('/v1/customers?filter=tags%3Dtea%20club')).json();
    expect(found.items.length).toBeGreaterThan(1);
    expect(found.items.every(({ customer_id }: { customer_id: string }) => customer_id.includes('c3'))).toBe(
      true,
    );
  });

  it('shows the money of customers at every width', async () => {
    await go('/customers');
    const head = page.getByRole('columnheader', { name: new RegExp(text.customers.fields.revenue) });
    const box = await head.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    expect(await sideways()).toBeLessThanOrEqual(0);
  });

  needs('/v1/tasks', '/v1/customers/{id}/notes')('makes and ends tasks, and writes a note', async () => {
    await go('/tasks');
    await page.getByText(tasks.empty_title).waitFor();
    await expectSound(page);
    await press(tasks.new);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(tasks.title).fill('Call the tea people');
    await dialog.getByLabel(tasks.due).fill('2020-01-31');
    await expectSound(page);
    await save();
    await page.getByRole('heading', { level: 2, name: tasks.groups.overdue }).waitFor();
    await expectSound(page);
    await page.getByLabel(tasks.finish.replace('{{title}}', 'Call the tea people')).click();
    await page.getByText(tasks.empty_title).waitFor();
    await page.getByText(tasks.statuses.done, { exact: true }).click();
    await page.getByText('Call the tea people').waitFor();

    await go('/customers/c5');
    await page.getByLabel(notes.field).fill('Likes green tea');
    await page.locator('form').getByRole('button', { name: text.common.actions.save, exact: true }).click();
    await page.getByText('Likes green tea', { exact: true }).first().waitFor();
    await press(tasks.new);
    await page.getByRole('dialog').getByLabel(tasks.title).fill('Offer a sample');
    await save();
    await page.getByText('Offer a sample', { exact: true }).waitFor();
    await expectSound(page);
    expect(await sideways()).toBeLessThanOrEqual(0);
  });

  needs('/v1/views')('keeps the filters of a page under a name', async () => {
    await go('/trends?metric=orders&period=last_90_days');
    await press(views.button);
    await page.getByRole('menuitem', { name: views.save }).click();
    await page.getByRole('dialog').getByLabel(views.name).fill('Orders of a season');
    await save();
    await page.getByRole('button', { name: 'Orders of a season' }).waitFor();
    await go('/trends');
    await press(views.button);
    await page.getByRole('menuitem', { name: 'Orders of a season' }).click();
    await page.waitForURL(/metric=orders/);
    expect(new URL(page.url()).searchParams.get('period')).toBe('last_90_days');
  });

  needs('/v1/saved-reports')('makes a report of a statement, which asks for its values', async () => {
    const sql =
      'SELECT category, sum(amount) AS revenue FROM purchases WHERE quantity >= $least GROUP BY 1 ORDER BY 1';
    await go('/sql');
    await page.getByLabel(text.sql.editor).fill(sql);
    await press(text.sql.save);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(text.reports.own.name, { exact: true }).fill('Big lines');
    await dialog.getByLabel(text.reports.own.type).click();
    await page.getByRole('option', { name: text.reports.own.types.number }).click();
    await dialog.getByLabel(text.reports.own.default).fill('2');
    await expectSound(page);
    await save();
    await page.getByRole('heading', { level: 1, name: 'Big lines' }).waitFor();
    await page.getByRole('cell', { name: 'Coffee', exact: true }).waitFor();
    await expectSound(page);
    const field = page.getByRole('textbox', { name: 'least' });
    await field.fill('100');
    await page.getByText(text.reports.no_rows_title).waitFor();
    await go('/reports');
    await page.getByRole('link', { name: /Big lines/ }).waitFor();
    await expectSound(page);
  });

  needs('/v1/dashboards')('puts figures on a dashboard, over one period', async () => {
    await go('/dashboards');
    await page.getByText(boards.empty_title).waitFor();
    await expectSound(page);
    await press(boards.new);
    await page.getByRole('dialog').getByLabel(boards.name, { exact: true }).fill('Mornings');
    await save();
    await page.getByRole('heading', { level: 1, name: 'Mornings' }).waitFor();
    await press(boards.add);
    await save();
    await page.locator('[data-drawn]').waitFor();
    await page.goto(`${new URL(page.url()).pathname}?period=all`);
    await settled(page);
    const report = await (await context.request.get('/v1/reports/sales_summary')).json();
    const revenue = report.rows.find(([metric]: string[]) => metric === 'revenue')[1];
    const value = page.locator('[data-value]').first();
    await value.waitFor();
    expect(Number(await value.getAttribute('data-value'))).toBeCloseTo(Number(revenue), 6);
    await expectSound(page);
    expect(await sideways()).toBeLessThanOrEqual(0);
  });

  needs('/v1/exports')('makes a file in the background', async () => {
    await go('/customers');
    await press(exports.button);
    await page.getByRole('menuitem', { name: text.sending.formats.csv }).click();
    await page.waitForURL(/settings\/exports/);
    const link = page.getByRole('link', { name: text.reports.download }).first();
    await link.waitFor();
    await expectSound(page);
  });

  needs('/v1/webhooks')('makes a webhook, whose secret is shown once', async () => {
    await go('/settings/webhooks');
    await page.getByText(webhooks.empty).waitFor();
    await press(webhooks.new);
    await page.getByRole('dialog').getByLabel(webhooks.url).fill('https://shop.example.com/hooks');
    await expectSound(page);
    await save();
    await page.getByLabel(webhooks.secret).waitFor();
    await page.getByRole('button', { name: text.common.actions.close, exact: true }).last().click();
    await page.getByText('https://shop.example.com/hooks').first().waitFor();
    await expectSound(page);
    expect(await sideways()).toBeLessThanOrEqual(0);
  });

  needs('/v1/telegram/link', '/v1/telegram/links')('shows the link to Telegram as a code', async () => {
    await go('/settings/telegram');
    await press(telegram.make);
    await page.getByRole('img', { name: telegram.qr }).waitFor();
    expect(await page.getByRole('link', { name: telegram.open }).getAttribute('href')).toMatch(/^https:/);
    await expectSound(page);
  });

  needs('/v1/deliveries', '/v1/telegram/link')(
    'sends a digest every week, where an account is linked',
    async () => {
      await go('/settings/deliveries');
      await page.getByText(deliveries.empty, { exact: true }).waitFor();
      await expectSound(page);
      await press(deliveries.new);
      await page.getByText(deliveries.link_first).waitFor();
      await page.keyboard.press('Escape');

      const bot = inject('bot');
      if (!bot) return console.warn('The secret of the bot is not known: deliveries are NOT tested further.');
      const headers = { authorization: `Bearer ${bot}` };
      const link = await context.request.post('/v1/telegram/link', { headers: { origin: inject('url') } });
      const data = {
        token: (await link.json()).token,
        telegram_user_id: lang === 'ru' ? 71 : 72,
        telegram_name: 'anna',
      };
      expect((await context.request.post('/v1/telegram/redeem', { data, headers })).status()).toBe(200);
      await go('/settings/telegram');
      await page.getByRole('cell', { name: 'anna', exact: true }).waitFor();
      await expectSound(page);

      await go('/settings/deliveries');
      await press(deliveries.new);
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(deliveries.name).fill('Monday figures');
      await dialog.getByLabel(deliveries.how_often).click();
      await page.getByRole('option', { name: deliveries.every.week }).click();
      await expectSound(page);
      await save();
      await page.getByText('Monday figures').waitFor();

      await press(deliveries.new);
      await dialog.getByText(deliveries.kinds.alert, { exact: true }).click();
      await dialog.getByLabel(deliveries.name).fill('Weak days');
      await dialog.getByLabel(deliveries.fields.below).fill('1000');
      await expectSound(page);
      await save();
      await page.getByText('Weak days').waitFor();
      await expectSound(page);
      const told = await (await context.request.get('/v1/deliveries')).json();
      expect(
        told.items.map(({ kind, schedule, alert }: Told) => [kind, schedule?.every, alert?.below]),
      ).toEqual([
        ['digest', 'week', undefined],
        ['alert', undefined, 1000],
      ]);

      // An edit sends what may be changed and no more.
      await press(deliveries.actions.replace('{{name}}', 'Weak days'));
      await page.getByRole('menuitem', { name: text.common.actions.edit, exact: true }).click();
      await dialog.getByLabel(deliveries.fields.below).fill('900');
      await save();
      await dialog.waitFor({ state: 'detached' });
      const changed = await (await context.request.get('/v1/deliveries')).json();
      expect(changed.items[1].alert.below).toBe(900);

      // Without mail the form says so, and keeps what was typed.
      await press(deliveries.new);
      await dialog.getByLabel(deliveries.where).click();
      await page.getByRole('option', { name: deliveries.email, exact: true }).click();
      await save();
      await dialog.getByText(deliveries.no_mail).waitFor();
      await expectSound(page);
      await page.keyboard.press('Escape');
      complaints.list = complaints.list.filter(
        (line) => !(line.includes('409') && line.includes('/v1/deliveries')),
      );
    },
  );

  it('says of parts that a server has not that they are not there', async () => {
    const parts = [
      ['/tasks', '/v1/tasks'],
      ['/dashboards', '/v1/dashboards'],
      ['/settings/exports', '/v1/exports'],
      ['/settings/webhooks', '/v1/webhooks'],
      ['/settings/telegram', '/v1/telegram/links'],
      ['/settings/deliveries', '/v1/deliveries'],
    ] as const;
    for (const [path, api] of parts) {
      if (serves(api)) continue;
      await go(path);
      await page.getByText(text.common.states.missing_title).first().waitFor();
      await expectSound(page);
    }
  });
});
