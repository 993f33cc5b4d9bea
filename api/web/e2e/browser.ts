import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { texts as en } from '../src/i18n/en';
import { texts as ru } from '../src/i18n/ru';

export const TEXTS = { en, ru };
export type Lang = keyof typeof TEXTS;

export const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };
export type Size = keyof typeof SIZES;

const PASSWORD = 'correct horse battery';

/** Debian's Chromium, or another one by KUPETS_CHROMIUM. Without the background traffic that a closed network refuses. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.KUPETS_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a page has complained of: errors in the console, and requests to elsewhere. */
export interface Complaints {
  list: string[];
}

export async function open(
  browser: Browser,
  lang: Lang,
  size: Size,
  scheme: 'light' | 'dark' = 'light',
  base = inject('url'),
) {
  const context = await browser.newContext({
    viewport: SIZES[size],
    locale: lang === 'ru' ? 'ru-RU' : 'en-GB',
    timezoneId: 'Europe/Moscow',
    colorScheme: scheme,
    baseURL: base,
  });
  const page = await context.newPage();
  // A limit for machines under load, not a wait: what is waited for is always a state.
  page.setDefaultTimeout(60_000);
  const complaints = watch(page, base);
  return { context, page, complaints };
}

/** Whether the server's document has the address: a page says calmly that a part is not there, the browser writes it down. */
export function serves(url: string): boolean {
  const path = new URL(url, inject('url')).pathname;
  return inject('paths').some((known) => new RegExp(`^${known.replace(/\{\w+\}/g, '[^/]+')}$`).test(path));
}

function watch(page: Page, base: string): Complaints {
  const complaints: Complaints = { list: [] };
  page.on('console', (message) => {
    // A browser writes refused requests down itself; whoever is not signed in is refused once.
    const { url } = message.location();
    const isRefusal = message.text().includes('401') && url.endsWith('/v1/me');
    const isMissing = message.text().includes('404') && url.includes('/v1/') && !serves(url);
    if (message.type() === 'error' && !isRefusal && !isMissing)
      complaints.list.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.list.push(String(error)));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !/^(data|blob):/.test(url)) complaints.list.push(`asked elsewhere: ${url}`);
  });
  return complaints;
}

let made = 0;

/** Signs up through the form, as a person does. */
export async function signUp(page: Page, lang: Lang) {
  const { fields, sign_up } = TEXTS[lang].auth;
  made += 1;
  const email = `e2e-${process.pid}-${Date.now()}-${made}@example.com`;
  await page.goto('/sign-up');
  await page.getByLabel(fields.name, { exact: true }).fill('Anna Petrova');
  await page.getByLabel(fields.email, { exact: true }).fill(email);
  await page.getByLabel(fields.password, { exact: true }).fill(PASSWORD);
  await page.getByLabel(fields.workspace, { exact: true }).fill('Lavka');
  await page.getByRole('button', { name: sign_up.button, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: TEXTS[lang].connect.title }).waitFor();
  return { email, password: PASSWORD };
}

/** A key with all scopes, made beside the page with its session. */
export async function makeKey(context: BrowserContext): Promise<string> {
  const answer = await context.request.post('/v1/api-keys', {
    data: { name: 'e2e', scopes: ['ingest', 'read', 'sql', 'assistant'] },
    headers: { origin: inject('url') },
  });
  expect(answer.status()).toBe(201);
  return (await answer.json()).key;
}

export interface Sale {
  purchase_id: string;
  customer_id: string;
  occurred_at: string;
  channel: string;
  items: { product_id: string; product: string; category: string; quantity: number; unit_price: number }[];
}

/** A small shop: the same every time, up to yesterday. */
export function sales(days: number, now = Date.now()): Sale[] {
  const goods = [
    ['p1', 'Coffee beans', 'Coffee', 12.5],
    ['p2', 'Green tea', 'Tea', 7.25],
    ['p3', 'Grinder', 'Tools', 89.9],
    ['p4', 'Paper filters', 'Tools', 3.4],
  ] as const;
  return Array.from({ length: days * 4 }, (_, index) => {
    const day = Math.floor(index / 4) + 1;
    const [product_id, product, category, unit_price] = goods[(index * 7 + day) % goods.length] ?? goods[0];
    return {
      purchase_id: `s${index}`,
      customer_id: `c${(index * 13 + day) % 37}`,
      occurred_at: new Date(now - day * 86_400_000 + (index % 4) * 3_600_000).toISOString(),
      channel: index % 3 === 0 ? 'shop' : 'web',
      items: [{ product_id, product, category, quantity: 1 + (index % 3), unit_price }],
    };
  });
}

/** Customers who bought every week and have not come for two months: there is advice about them. */
export function lapsed(now = Date.now()): Sale[] {
  return Array.from({ length: 12 * 8 }, (_, index) => ({
    purchase_id: `l${index}`,
    customer_id: `lapsed-${index % 12}`,
    occurred_at: new Date(
      now - (60 + 7 * Math.floor(index / 12)) * 86_400_000 + index * 60_000,
    ).toISOString(),
    channel: 'web',
    items: [{ product_id: 'p1', product: 'Coffee beans', category: 'Coffee', quantity: 2, unit_price: 12.5 }],
  }));
}

export async function send(
  context: BrowserContext,
  key: string,
  what: 'purchases' | 'customers',
  records: unknown[],
) {
  const answer = await context.request.post(`/v1/${what}`, {
    data: records,
    headers: { authorization: `Bearer ${key}` },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** One heading of the first rank, a title, and nothing serious by axe. */
export async function expectSound(page: Page) {
  expect(await page.locator('h1').count()).toBe(1);
  expect(await page.title()).toContain('·');
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`),
  ).toEqual([]);
}

/** Everything that was asked for has come: no skeleton is left. */
export async function settled(page: Page) {
  await page.waitForFunction(
    () => document.querySelector('h1') && !document.querySelector('.mantine-Skeleton-root'),
  );
}
