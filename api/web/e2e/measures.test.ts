import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { launch, makeKey, open, settled, signUp } from './browser';

/** Times of a browser say something on a machine that does nothing else: they are taken when asked for. */
const asked = Boolean(process.env.KUPETS_MEASURE);
if (!asked) console.warn('KUPETS_MEASURE is not set: long tasks while scrolling are NOT measured.');

const LONGEST_MS = 200;
const CUSTOMERS = 20_000;

async function longTasks(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
}

it.skipIf(!asked)('scrolls a long list of customers without a long task', async () => {
  const browser = await launch();
  const { page, context } = await open(browser, 'en', 'wide');
  await signUp(page, 'en');
  const key = await makeKey(context);
  const lines = Array.from({ length: CUSTOMERS }, (_, index) =>
    JSON.stringify({ customer_id: `c${index}`, name: `Customer ${index}`, email: `c${index}@example.com` }),
  );
  const answer = await context.request.post('/v1/customers', {
    data: lines.join('\n'),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    timeout: 120_000,
  });
  expect(answer.status()).toBe(200);
  await page.goto('/customers');
  await settled(page);
  await page.evaluate(() => {
    const tasks: number[] = [];
    (window as unknown as { tasks: number[] }).tasks = tasks;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
    }).observe({ type: 'longtask' });
  });
  const scroller = page.locator('main [role="region"]').first();
  let seen = 0;
  for (let step = 0; step < 120; step += 1) {
    seen = await scroller.evaluate((element) => {
      element.scrollBy(0, 900);
      return element.scrollTop;
    });
    await page.evaluate(
      () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))),
    );
    // The end was reached before the next rows were there: they are waited for.
    if (step % 10 === 9)
      await page.waitForFunction(() => {
        const list = document.querySelector('main [role="region"]');
        return list && list.scrollHeight - list.scrollTop - list.clientHeight > 1000;
      });
  }
  const tasks = await longTasks(page);
  console.info(`scrolled ${seen} px; longest task ${Math.max(0, ...tasks)} ms of ${tasks.length}`);
  expect(seen).toBeGreaterThan(10_000);
  expect(tasks.filter((duration) => duration > LONGEST_MS)).toEqual([]);
  await browser.close();
});
