import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  expectSound,
  type Lang,
  launch,
  makeKey,
  open,
  sales,
  send,
  settled,
  signUp,
  TEXTS,
} from './browser';

const recorded = (name: string) =>
  readFileSync(join(import.meta.dirname, '../src/pages/assistant/streams', name), 'utf8');
const MESSAGES = '**/v1/assistant/messages';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function ask(page: Page, lang: Lang, question: string) {
  await page.getByLabel(TEXTS[lang].assistant.field, { exact: true }).fill(question);
  await page.keyboard.press('Enter');
}

/** What goes wrong cannot be had from a server that works: answers recorded from one, cut and broken. */
describe('an answer that goes wrong', () => {
  const text = TEXTS.ru.assistant;
  let page: Page;
  let context: BrowserContext;

  beforeAll(async () => {
    ({ page, context } = await open(browser, 'ru', 'wide'));
    await signUp(page, 'ru');
  });
  afterAll(() => context.close());

  const answer = (body: string) =>
    page.route(MESSAGES, (route) => route.fulfill({ status: 200, contentType: 'text/event-stream', body }));

  it('begins with questions to ask, and asks the one that is chosen', async () => {
    await answer(recorded('answer.txt'));
    await page.goto('/assistant');
    await settled(page);
    await expectSound(page);
    await page.getByRole('button', { name: text.ideas.top }).click();
    await page.getByText('32 131,53 £').first().waitFor();
    expect(new URL(page.url()).searchParams.get('c')).toBe('c1');
    await expectSound(page);
    await page.getByText(text.no_model).waitFor();
    await page.unroute(MESSAGES);
  });

  it('sends the plan when a chip is changed or another reading is taken', async () => {
    const sent: { message?: string; plan?: { metrics: string[]; period: unknown } }[] = [];
    await page.route(MESSAGES, (route) => {
      sent.push(route.request().postDataJSON());
      return route.fulfill({ status: 200, contentType: 'text/event-stream', body: recorded('answer.txt') });
    });
    await page.getByRole('button', { name: 'Заказы', exact: true }).first().click();
    await expect.poll(() => sent.length).toBe(1);
    expect(sent[0]).toMatchObject({ plan: { metrics: ['orders'] }, conversation_id: 'c1' });
    expect(sent[0]).not.toHaveProperty('message');
    const chip = page.getByRole('button', { name: new RegExp(`^${TEXTS.ru.common.periods.label}`) }).last();
    await chip.click();
    await page.getByRole('menuitem', { name: TEXTS.ru.common.periods.all }).click();
    await expect.poll(() => sent.length).toBe(2);
    expect(sent[1]?.plan?.period).toEqual({ from: null, to: null });
    await page.unroute(MESSAGES);
  });

  it('shows the figures of a stream that broke off, and asks again', async () => {
    const body = recorded('answer.txt');
    await answer(body.slice(0, body.indexOf('event: narrative') + 30));
    await ask(page, 'ru', 'сколько наторговали вчера?');
    await page.getByText(text.cut).waitFor();
    await expectSound(page);
    await page.unroute(MESSAGES);
    await answer(body);
    await page.getByRole('button', { name: TEXTS.ru.common.actions.retry }).click();
    await page.getByText(text.cut).waitFor({ state: 'detached' });
    await page.unroute(MESSAGES);
  });

  it('tells a problem that comes as an event, and one that comes instead of events', async () => {
    await answer(recorded('error.txt'));
    await ask(page, 'ru', 'выручка');
    await page.getByText(TEXTS.ru.common.problems.busy, { exact: true }).waitFor();
    await page.unroute(MESSAGES);
    await page.route(MESSAGES, (route) =>
      route.fulfill({
        status: 429,
        headers: { 'retry-after': '7' },
        contentType: 'application/problem+json',
        body: JSON.stringify({ status: 429, detail: 'busy', code: 'busy' }),
      }),
    );
    await ask(page, 'ru', 'выручка');
    await page.getByText(/7 секунд/).waitFor();
    await page.unroute(MESSAGES);
    await context.setOffline(true);
    await ask(page, 'ru', 'выручка');
    await page.getByText(TEXTS.ru.common.states.offline_title, { exact: true }).waitFor();
    await context.setOffline(false);
  });

  it('asks back with choices', async () => {
    await answer(recorded('clarify.txt'));
    await ask(page, 'ru', 'продажи 05/06/2025');
    await page.getByRole('button', { name: '5 июня 2025 г.' }).waitFor();
    await page.getByText(text.choose).waitFor();
    await expectSound(page);
    await page.unroute(MESSAGES);
  });

  it('is stopped, and the question before comes back by the up arrow', async () => {
    await page.route(MESSAGES, () => {
      // Never answered.
    });
    await ask(page, 'ru', 'сколько заказов в мае');
    await page.getByRole('button', { name: text.stop }).click();
    await page.getByText(text.stopped).waitFor();
    const field = page.getByLabel(text.field, { exact: true });
    await field.focus();
    await page.keyboard.press('ArrowUp');
    expect(await field.inputValue()).toBe('сколько заказов в мае');
    await page.keyboard.press('Shift+Enter');
    expect(await field.inputValue()).toContain('\n');
    await page.unroute(MESSAGES);
  });
});

describe.each(['en', 'ru'] as Lang[])('the assistant of this server, %s', (lang) => {
  const text = TEXTS[lang].assistant;
  let page: Page;
  let context: BrowserContext;
  let complaints: { list: string[] };

  beforeAll(async () => {
    ({ page, context, complaints } = await open(browser, lang, 'wide'));
    await signUp(page, lang);
    await send(context, await makeKey(context), 'purchases', sales(100));
  });
  afterAll(() => context.close());

  it('answers with the figure of the API, and shows statement and rows', async () => {
    await page.goto('/assistant');
    await settled(page);
    await ask(page, lang, lang === 'ru' ? 'выручка за всё время' : 'revenue of all time');
    await page.getByText(text.no_model).waitFor();
    const report = await (await context.request.get('/v1/reports/sales_summary')).json();
    const revenue = Number(report.rows.find(([metric]: string[]) => metric === 'revenue')[1]);
    const shown = new Intl.NumberFormat(lang === 'ru' ? 'ru-RU' : 'en-GB', { minimumFractionDigits: 2 });
    const figures = (await page.locator('article dl').first().innerText()).replace(/\s/g, '');
    expect(figures).toContain(shown.format(revenue).replace(/\s/g, ''));
    await expectSound(page);
    await page.getByRole('button', { name: TEXTS[lang].common.query.show }).click();
    await page.getByRole('dialog').locator('pre').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: text.rows }).click();
    await page.getByRole('dialog').getByRole('table').waitFor();
    await page.keyboard.press('Escape');
  });

  it('goes on from the answer by a chip, and draws a list', async () => {
    await ask(
      page,
      lang,
      lang === 'ru' ? 'топ 3 товара по выручке за всё время' : 'top 3 products by revenue of all time',
    );
    const last = page.locator('article').last();
    await last.getByRole('table').waitFor();
    await last
      .getByRole('img', { name: new RegExp(`^${TEXTS[lang].common.chart.label.split('{{')[0]}`) })
      .waitFor();
    await last.getByRole('button', { name: new RegExp(`^${TEXTS[lang].common.periods.label}`) }).click();
    await page.getByRole('menuitem', { name: TEXTS[lang].common.periods.last_90_days }).click();
    await expect.poll(() => page.locator('article').count()).toBe(3);
    await page.locator('article').last().getByRole('table').waitFor();
    await expectSound(page);
  });

  it('keeps the conversation, and deletes it', async () => {
    await page.reload();
    await expect.poll(() => page.locator('article').count()).toBe(3);
    await page.locator('article').last().getByRole('button', { name: text.thumbs.up }).click();
    const history = page.getByRole('navigation', { name: text.history });
    await history.getByRole('button', { name: new RegExp(`^${text.delete.split('{{')[0]}`) }).click();
    await page.getByRole('dialog').getByRole('button', { name: TEXTS[lang].common.actions.remove }).click();
    await page.getByText(text.ideas_title).waitFor();
    expect(complaints.list).toEqual([]);
  });
});
