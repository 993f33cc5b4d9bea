import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { serve } from './serve';

export interface Program {
  url: string;
  /** Its folder, for `kupets admin`. */
  data: string;
  /** What it has printed. */
  lines: string[];
  stop: () => Promise<void>;
}

/** Starts the program on an empty folder; ready when it prints its address. */
async function start(program: string, flags: string[]): Promise<Program> {
  const data = await mkdtemp(join(tmpdir(), 'kupets-e2e-'));
  const server = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const printed = createInterface({ input: server.stdout });
  const url = await new Promise<string>((ready, fail) => {
    printed.on('line', (line) => {
      lines.push(line);
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
  return { url, data, lines, stop };
}

/**
 * The address at which a server shows the pages: its own, or that of the build put before it. KUPETS_DIST=1 puts the build
 * before a server that has pages too, so that a change of them is tried without the program being built anew.
 */
export async function front(url: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const home = await (await fetch(url)).text();
  const hasPages = home.includes('id="root"') && !process.env.KUPETS_DIST;
  return hasPages ? { url, stop: async () => {} } : serve(url);
}

/** A server of its own with pages, for tests of settings that the common one does not have. */
export async function startWithPages(program: string, flags: string[]): Promise<Program> {
  const server = await start(program, flags);
  const pages = await front(server.url);
  const stop = async () => {
    await pages.stop();
    await server.stop();
  };
  return { ...server, url: pages.url, stop };
}
