import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectSound, type Lang, launch, open, settled, TEXTS } from './browser';
import { type Program, startWithPages } from './program';

const run = promisify(execFile);
const program = inject('program');
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

if (!program) console.warn('KUPETS_BIN is not set: the pages of accounts are NOT tested.');

interface Place {
  page: Page;
  context: BrowserContext;
  faults: () => string[];
}

describe.skipIf(!program).each(['en', 'ru'] as Lang[])('accounts, %s', (lang) => {
  const text = TEXTS[lang];
  const { fields } = text.auth;
  const { members, account, audit, workspace: place, workspaces } = text.settings;
  const anna = { name: 'Anna', email: 'anna@example.com', password: 'correct horse battery' };
  const boris = { name: 'Boris', email: 'boris@example.com', password: 'battery staple horse' };
  let server: Program;
  let owner: Place;
  let member: Place;

  async function visit(): Promise<Place> {
    const { page, context, complaints } = await open(browser, lang, 'wide', 'light', server.url);
    // A refusal is what many of these tests are about, and the browser writes each down.
    return { page, context, faults: () => complaints.list.filter((line) => !/Failed to load/.test(line)) };
  }

  async function fill(page: Page, values: Partial<typeof anna>) {
    for (const [name, value] of Object.entries(values)) {
      await page.getByLabel(fields[name as keyof typeof anna], { exact: true }).fill(value);
    }
  }

  const told = (page: Page, message: string) => page.getByText(message, { exact: true }).first().waitFor();
  const go = async (page: Page, path: string) => {
    await page.goto(path);
    await settled(page);
  };
  const pathOf = async (page: Page, label: string) =>
    new URL(await page.getByLabel(label, { exact: true }).inputValue()).pathname;

  async function invite(page: Page, email?: string): Promise<string> {
    await go(page, '/settings/members');
    if (email) await page.getByLabel(members.invite_email).fill(email);
    await page.getByRole('button', { name: members.make_invite }).click();
    return pathOf(page, members.link);
  }

  async function signIn(page: Page, who: typeof anna) {
    await page.goto('/sign-in');
    await fill(page, { email: who.email, password: who.password });
    await page.getByRole('button', { name: text.auth.sign_in.button, exact: true }).click();
  }

  beforeAll(async () => {
    server = await startWithPages(program as string, ['--registration', 'invite']);
    owner = await visit();
    member = await visit();
  });
  afterAll(() => server?.stop());

  it('says that an invitation is needed, and what one that is not good is', async () => {
    const { page, context, faults } = await visit();
    await page.goto('/sign-up');
    await fill(page, anna);
    await page.getByRole('button', { name: text.auth.sign_up.button, exact: true }).click();
    await told(page, text.auth.sign_up.by_invite);
    await expectSound(page);
    await page.goto('/invite/abc');
    await fill(page, anna);
    await page.getByRole('button', { name: text.auth.invite.button, exact: true }).click();
    await told(page, text.auth.invite.invalid);
    await expectSound(page);
    expect(faults()).toEqual([]);
    await context.close();
  });

  it('makes the first account by the printed link', async () => {
    const link = server.lines.map((line) => /\/invite\/\S+/.exec(line)?.[0]).find(Boolean);
    await owner.page.goto(link as string);
    await fill(owner.page, anna);
    await owner.page.getByRole('button', { name: text.auth.invite.button, exact: true }).click();
    await owner.page.getByRole('heading', { level: 1, name: text.connect.title }).waitFor();
  });

  it('lets a person in by invitation, once, and shows both', async () => {
    const path = await invite(owner.page, boris.email);
    await expectSound(owner.page);
    await member.page.goto(path);
    await fill(member.page, boris);
    await member.page.getByRole('button', { name: text.auth.invite.button, exact: true }).click();
    await member.page.getByText(text.overview.no_records_title).waitFor();
    const { page, context } = await visit();
    await page.goto(path);
    await fill(page, boris);
    await page.getByRole('button', { name: text.auth.invite.button, exact: true }).click();
    await told(page, text.auth.invite.invalid);
    await context.close();
    await go(owner.page, '/settings/members');
    await owner.page.getByRole('cell', { name: boris.email }).waitFor();
    await told(owner.page, members.no_invites);
  });

  it('takes an invitation back', async () => {
    const path = await invite(owner.page);
    await owner.page.getByRole('button', { name: members.revoke.replace('{{who}}', members.anyone) }).click();
    await told(owner.page, members.no_invites);
    const { page, context } = await visit();
    await page.goto(path);
    await fill(page, { ...boris, email: 'clara@example.com' });
    await page.getByRole('button', { name: text.auth.invite.button, exact: true }).click();
    await told(page, text.auth.invite.invalid);
    await context.close();
  });

  it('changes a role, which holds at once', async () => {
    await go(owner.page, '/settings/members');
    await owner.page
      .locator(`input[aria-label="${members.role_of.replace('{{name}}', boris.name)}"]`)
      .click();
    await owner.page.getByRole('option', { name: text.settings.roles.viewer }).click();
    await told(owner.page, members.changed);
    await go(member.page, '/settings/workspace');
    expect(await member.page.getByLabel(place.name, { exact: true }).isDisabled()).toBe(true);
    await go(member.page, '/settings/audit');
    await told(member.page, text.common.states.forbidden_title);
    await expectSound(member.page);
  });

  it('changes the workspace, and the menu says its new name', async () => {
    const { page } = owner;
    await go(page, '/settings/workspace');
    await page.getByLabel(place.name, { exact: true }).fill('Corner shop');
    await page.getByRole('combobox', { name: place.zone }).click();
    await page.getByRole('combobox', { name: place.zone }).fill('Berlin');
    await page.getByRole('option', { name: 'Europe/Berlin' }).click();
    await page.getByRole('button', { name: text.common.actions.save, exact: true }).click();
    await page
      .getByRole('button', { name: text.shell.workspace.menu.replace('{{name}}', 'Corner shop') })
      .waitFor();
    const me = await (await owner.context.request.get('/v1/me')).json();
    expect(me.workspace).toMatchObject({ name: 'Corner shop', time_zone: 'Europe/Berlin' });
  });

  it('makes another workspace, goes there, and lets somebody with an account in', async () => {
    const { page } = owner;
    await go(page, '/settings/workspaces');
    await page.getByLabel(workspaces.name).fill('Second shop');
    await page.getByRole('button', { name: workspaces.make }).click();
    await page.getByRole('cell', { name: 'Second shop' }).waitFor();
    await expectSound(page);
    await page
      .getByRole('row', { name: /Second shop/ })
      .getByRole('button', { name: workspaces.switch })
      .click();
    const menu = (name: string) =>
      page.getByRole('button', { name: text.shell.workspace.menu.replace('{{name}}', name) });
    await menu('Second shop').waitFor();
    const path = await invite(page);
    await member.page.goto(path);
    await member.page.getByRole('button', { name: text.auth.invite.have_account }).click();
    await fill(member.page, { email: boris.email, password: 'not his password' });
    await member.page.getByRole('button', { name: text.auth.invite.button, exact: true }).click();
    await told(member.page, text.auth.sign_in.wrong);
    await fill(member.page, { password: boris.password });
    await member.page.getByRole('button', { name: text.auth.invite.button, exact: true }).click();
    await member.page
      .getByRole('button', { name: text.shell.workspace.menu.replace('{{name}}', 'Second shop') })
      .waitFor();
    // Back by the menu.
    await menu('Second shop').click();
    await page.getByRole('menuitem', { name: 'Corner shop' }).click();
    await menu('Corner shop').waitFor();
  });

  it('shows sessions and ends one, from the next request on', async () => {
    const other = await visit();
    await signIn(other.page, anna);
    await other.page.getByText(text.overview.no_records_title).waitFor();
    await go(owner.page, '/settings/account');
    await expectSound(owner.page);
    await told(owner.page, account.this);
    await owner.page
      .getByRole('button', { name: account.end.split('{{')[0] })
      .first()
      .click();
    await told(owner.page, account.ended);
    await other.page.goto('/reports');
    await other.page.getByRole('button', { name: text.auth.sign_in.button, exact: true }).waitFor();
    await other.context.close();
  });

  it('changes the password, not without the present one', async () => {
    const { page } = owner;
    await go(page, '/settings/account');
    await page.getByLabel(account.current, { exact: true }).fill('something else');
    await page.getByLabel(account.new, { exact: true }).fill('another horse battery');
    await page.getByRole('button', { name: account.change }).click();
    await told(page, account.wrong);
    await page.getByLabel(account.current, { exact: true }).fill(anna.password);
    await page.getByRole('button', { name: account.change }).click();
    await told(page, account.changed);
    anna.password = 'another horse battery';
  });

  it('resets a password by the link of the operator, once', async () => {
    const { page, context } = await visit();
    await page.goto('/reset');
    await fill(page, { email: anna.email });
    await page.getByRole('button', { name: text.auth.reset.button }).click();
    await page.getByRole('heading', { level: 1, name: text.auth.reset.sent_title }).waitFor();
    await expectSound(page);
    const flags = ['admin', 'reset-password', anna.email, '--data', server.data];
    const { stdout } = await run(program as string, flags);
    const path = new URL(stdout.trim()).pathname;
    anna.password = 'a third horse battery';
    await page.goto(path);
    await fill(page, { password: anna.password });
    await expectSound(page);
    await page.getByRole('button', { name: text.auth.reset.new_button }).click();
    await page.getByRole('heading', { level: 1, name: text.auth.sign_in.title }).waitFor();
    await page.goto(path);
    await fill(page, { password: anna.password });
    await page.getByRole('button', { name: text.auth.reset.new_button }).click();
    await told(page, text.auth.reset.invalid);
    await context.close();
    await signIn(owner.page, { ...anna, password: 'another horse battery' });
    await told(owner.page, text.auth.sign_in.wrong);
    await fill(owner.page, { password: anna.password });
    await owner.page.getByRole('button', { name: text.auth.sign_in.button, exact: true }).click();
    await owner.page.getByText(text.overview.no_records_title).waitFor();
  });

  it('writes down who did what, in words', async () => {
    const { page } = owner;
    await go(page, '/settings/audit');
    await page.getByRole('cell', { name: audit.actions.password_reset, exact: true }).first().waitFor();
    await page
      .getByRole('row', { name: new RegExp(audit.actions.role_changed) })
      .first()
      .waitFor();
    await expectSound(page);
    const shown = await page.locator('main tbody tr').allInnerTexts();
    expect(shown.join('\n')).toContain(text.settings.roles.viewer);
    expect(shown.join('\n')).not.toContain('[object');
  });

  it('makes and revokes a key', async () => {
    const { page } = owner;
    const { keys } = text.settings;
    await go(page, '/settings/keys');
    await page.getByRole('button', { name: keys.new }).click();
    await page.getByLabel(keys.name, { exact: true }).fill('Online shop');
    await page.getByRole('button', { name: text.connect.key.button }).click();
    await page.getByLabel(text.connect.key.made, { exact: true }).waitFor();
    await page.getByRole('button', { name: text.common.actions.close, exact: true }).last().click();
    await page.getByRole('button', { name: keys.revoke.replace('{{name}}', 'Online shop') }).click();
    await page.getByRole('dialog').getByRole('button', { name: keys.revoke_button, exact: true }).click();
    await told(page, keys.empty);
  });

  it('begins to delete the workspace when its name is typed, and keeps it after all', async () => {
    const { page } = owner;
    await go(page, '/settings/workspace');
    await page.getByRole('button', { name: place.delete }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(place.delete_confirm.replace('{{name}}', 'Corner shop')).fill('Corner shop');
    await dialog.getByRole('button', { name: place.delete }).click();
    const keep = page.getByRole('button', { name: place.keep });
    await keep.waitFor();
    await expectSound(page);
    expect((await (await owner.context.request.get('/v1/me')).json()).workspace.delete_at).toBeTruthy();
    await keep.click();
    await page.getByRole('button', { name: place.delete }).waitFor();
    expect((await (await owner.context.request.get('/v1/me')).json()).workspace.delete_at).toBeFalsy();
  });

  it('removes a member, who is out at once', async () => {
    const { page } = owner;
    const menu = (name: string) =>
      member.page.getByRole('button', { name: text.shell.workspace.menu.replace('{{name}}', name) });
    await go(member.page, '/');
    await menu('Second shop').click();
    await member.page.getByRole('menuitem', { name: 'Corner shop' }).click();
    await menu('Corner shop').waitFor();
    await go(page, '/settings/members');
    await page.getByRole('button', { name: members.remove.replace('{{name}}', boris.name) }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: text.common.actions.remove, exact: true })
      .click();
    await page.getByRole('cell', { name: boris.email }).waitFor({ state: 'detached' });
    await member.page.goto('/customers');
    await member.page.getByRole('button', { name: text.auth.sign_in.button, exact: true }).waitFor();
    expect([...owner.faults(), ...member.faults()]).toEqual([]);
  });
});

it.skipIf(!program)('says that registration is closed where it is', async () => {
  const server = await startWithPages(program as string, ['--registration', 'closed']);
  const text = TEXTS.en.auth;
  const { page, context } = await open(browser, 'en', 'narrow', 'dark', server.url);
  await page.goto('/sign-up');
  await page.getByLabel(text.fields.name, { exact: true }).fill('Anna');
  await page.getByLabel(text.fields.email, { exact: true }).fill('anna@example.com');
  await page.getByLabel(text.fields.password, { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: text.sign_up.button, exact: true }).click();
  await page.getByText(text.sign_up.closed, { exact: true }).waitFor();
  await expectSound(page);
  await context.close();
  await server.stop();
});
