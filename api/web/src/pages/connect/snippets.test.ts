import { execFileSync, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, snippet } from './snippets';

const VALUES = { key: 'kp_test', product: "Baker's dozen", occurredAt: '2026-01-31T09:00:00Z' };

function has(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

/** Runs a program beside a server and gives what the server was sent. */
async function received(run: (url: string) => Promise<void>) {
  const sent: { authorization?: string; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      sent.push({ authorization: request.headers.authorization, body });
      response.end('{"accepted":1,"replaced":0}');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  server.close();
  return sent;
}

async function execute(program: string, args: string[]) {
  const { execFile } = await import('node:child_process');
  await new Promise<void>((done, fail) => execFile(program, args, (error) => (error ? fail(error) : done())));
}

describe('snippets', () => {
  it.each(LANGUAGES)('%s holds address and key', (language) => {
    const text = snippet(language, { ...VALUES, url: 'https://shop.example' });
    expect(text).toContain('https://shop.example/v1/purchases');
    expect(text).toContain('kp_test');
  });

  const runs = [
    { language: 'curl', program: 'sh', args: (text: string) => ['-c', text], needs: 'curl' },
    {
      language: 'javascript',
      program: process.execPath,
      args: (text: string) => ['-e', text],
      needs: process.execPath,
    },
    { language: 'python', program: 'python3', args: (text: string) => ['-c', text], needs: 'python3' },
    {
      language: 'php',
      program: 'php',
      args: (text: string) => ['-r', text.replace('<?php', '')],
      needs: 'php',
    },
  ] as const;
  for (const { language, program, args, needs } of runs) {
    it.skipIf(!has(needs))(`${language} sends a purchase as pasted`, async () => {
      const sent = await received((url) => execute(program, args(snippet(language, { ...VALUES, url }))));
      expect(sent).toHaveLength(1);
      expect(sent[0]?.authorization).toBe('Bearer kp_test');
      expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
        purchase_id: '1001',
        customer_id: '42',
        product: "Baker's dozen",
        amount: 15.3,
        occurred_at: '2026-01-31T09:00:00Z',
      });
    });
  }

  it.skipIf(!has('gofmt') && spawnSync('gofmt', ['-h']).error !== undefined)(
    'go is formatted and parses',
    () => {
      const text = snippet('go', { ...VALUES, url: 'https://shop.example' });
      expect(execFileSync('gofmt', { input: text }).toString().trimEnd()).toBe(text);
    },
  );
});
