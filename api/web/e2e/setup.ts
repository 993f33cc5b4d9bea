import type { TestProject } from 'vitest/node';
import { front, startWithPages } from './program';

declare module 'vitest' {
  export interface ProvidedContext {
    url: string;
    /** The program, where tests may start more of it. */
    program: string | null;
    /** What a Telegram bot shows to the server; null where the tests did not start it. */
    bot: string | null;
    /** Addresses of the server's document, with `{...}` for what differs. */
    paths: string[];
  }
}

/** A bot that runs alone: the tests play it, so that Telegram need not be reached. */
const SECRET = 'a secret between the tests and their server';
const BOT = ['--bot-secret', SECRET, '--telegram-bot-name', 'kupets_e2e_bot'];

/** KUPETS_URL is a server that runs; KUPETS_BIN a program that is started on an empty folder. */
export default async function setup(project: TestProject) {
  const program = process.env.KUPETS_BIN ?? null;
  const running = process.env.KUPETS_URL;
  if (!running && !program) {
    throw new Error('Set KUPETS_URL to a running server, or KUPETS_BIN to the program.');
  }
  const server = program ? await startWithPages(program, BOT) : await front(running as string);
  project.provide('url', server.url);
  project.provide('program', program);
  project.provide('bot', program ? SECRET : null);
  const document = (await (await fetch(new URL('/openapi.json', server.url))).json()) as { paths: object };
  project.provide('paths', Object.keys(document.paths));
  return server.stop;
}
