import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';
import { serve } from './serve';

declare module 'vitest' {
  export interface ProvidedContext {
    url: string;
  }
}

/** Starts the program on an empty folder; ready when it prints its address. */
async function start(program: string) {
  const data = await mkdtemp(join(tmpdir(), 'kupets-e2e-'));
  const server = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: server.stdout });
  const url = await new Promise<string>((ready, fail) => {
    lines.on('line', (line) => {
      const found = /https?:\/\/[^\s"]+/.exec(line)?.[0];
      if (found) ready(found.replace(/\/$/, ''));
    });
    server.on('exit', (code) => fail(new Error(`${program} ended with ${code} before it was ready`)));
    server.on('error', fail);
  });
  const stop = async () => {
    const gone = new Promise((done) => server.once('exit', done));
    server.kill('SIGTERM');
    await gone;
    await rm(data, { recursive: true, force: true });
  };
  return { url, stop };
}

/** KUPETS_URL is a server that runs; KUPETS_BIN a program that is started on an empty folder. */
export default async function setup(project: TestProject) {
  const program = process.env.KUPETS_BIN;
  if (!process.env.KUPETS_URL && !program) {
    throw new Error('Set KUPETS_URL to a running server, or KUPETS_BIN to the program.');
  }
  const server = program
    ? await start(program)
    : { url: process.env.KUPETS_URL as string, stop: async () => {} };
  // A server that has this page in it is tested as it is; before one without it we put the build.
  const home = await (await fetch(server.url)).text();
  const front = home.includes('id="root"') ? null : await serve(server.url);
  project.provide('url', front?.url ?? server.url);
  return async () => {
    await front?.stop();
    await server.stop();
  };
}
