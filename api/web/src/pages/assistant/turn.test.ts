import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventReader } from '~/lib/eventStream';
import { apply, end, isRunning, ofStored, readings, stop, type Turn } from './turn';

const recorded = (name: string) => readFileSync(join(import.meta.dirname, 'streams', name));
const asked: Turn = { key: '1', question: 'сколько наторговали вчера?', step: 'reading', reply: {} };

function play(name: string, size: number): Turn[] {
  const bytes = recorded(name);
  const reader = new EventReader();
  const turns = [asked];
  for (let at = 0; at < bytes.length; at += size) {
    for (const event of reader.push(bytes.subarray(at, at + size))) {
      turns.push(apply(turns.at(-1) as Turn, event));
    }
  }
  return turns;
}

describe('a turn', () => {
  it.each([1, 7, 64, 100_000])('follows a recorded answer in pieces of %i bytes', (size) => {
    const turns = play('answer.txt', size);
    expect(turns.map(({ step }) => step)).toEqual(['reading', 'counting', 'telling', 'telling', 'done']);
    const last = end(turns.at(-1) as Turn);
    expect(last.reply.answer).toBe('Выручка: 32 131,53 £, 9 дек. 2011 г.');
    expect(last.reply.result?.rows).toEqual([['32131.53', 1543]]);
    expect(last.reply.interpretation?.metrics).toEqual(['revenue']);
    expect(readings(last.reply).map(({ label }) => label)).toEqual(['Заказы']);
  });

  it('says so when the stream broke off, and keeps what had come', () => {
    const bytes = recorded('answer.txt');
    // Inside a Cyrillic letter of the words.
    const at = bytes.indexOf('event: narrative') + 'event: narrative\ndata: {"answer":"В'.length;
    expect(bytes[at]).toBeGreaterThan(0x7f);
    const reader = new EventReader();
    const cut = end(reader.push(bytes.subarray(0, at + 1)).reduce(apply, asked));
    expect(cut).toMatchObject({ step: 'failed', problem: { code: 'cut' } });
    expect(cut.reply.result?.rows).toHaveLength(1);
  });

  it('ends with the problem that came as an event', () => {
    const [last] = play('error.txt', 3).slice(-1) as [Turn];
    expect(last).toMatchObject({ step: 'failed', problem: { status: 503, code: 'busy' } });
    expect(end(last)).toBe(last);
  });

  it('asks back with choices', () => {
    const [last] = play('clarify.txt', 5).slice(-1) as [Turn];
    expect(last.reply.source).toBe('clarify');
    expect(readings(last.reply).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(last.reply.interpretation).toBeNull();
  });

  it('passes events over that it does not know, and fails on what is no JSON', () => {
    expect(apply(asked, { name: 'ping', data: 'x' })).toBe(asked);
    expect(apply(asked, { name: 'plan', data: '{"a' })).toMatchObject({
      step: 'failed',
      problem: { code: 'cut' },
    });
  });

  it('stops where it is', () => {
    expect(isRunning(stop(asked))).toBe(false);
    const done: Turn = { ...asked, step: 'done' };
    expect(stop(done)).toBe(done);
  });

  it('comes back from the history', () => {
    const turn = ofStored({
      id: 'm1',
      question: 'x',
      answer: 'y',
      source: 'model',
      model: 'small',
      language: 'en',
      asked_at: '2026-01-01T00:00:00Z',
      choices: [],
      alternatives: [],
    });
    expect(turn).toMatchObject({
      key: 'm1',
      step: 'done',
      reply: { message_id: 'm1', answer: 'y', model: { name: 'small' } },
    });
  });
});
