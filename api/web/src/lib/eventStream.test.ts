import { describe, expect, it } from 'vitest';
import { EventReader, eventsOf, type StreamEvent } from './eventStream';

const bytes = (text: string) => new TextEncoder().encode(text);

function read(...pieces: Uint8Array[]): StreamEvent[] {
  const reader = new EventReader();
  return pieces.flatMap((piece) => reader.push(piece));
}

const TEXT = 'event: narrative\ndata: {"answer":"Выручка: 1 254 ₽"}\n\nevent: done\ndata: {}\n\n';
const EVENTS = [
  { name: 'narrative', data: '{"answer":"Выручка: 1 254 ₽"}' },
  { name: 'done', data: '{}' },
];

describe('a stream of events', () => {
  it('is the same wherever it is cut in two, inside a Cyrillic letter too', () => {
    const whole = bytes(TEXT);
    for (let cut = 0; cut <= whole.length; cut += 1) {
      expect(read(whole.slice(0, cut), whole.slice(cut)), `cut at ${cut}`).toEqual(EVENTS);
    }
  });

  it('is the same byte by byte', () => {
    expect(read(...[...bytes(TEXT)].map((byte) => Uint8Array.of(byte)))).toEqual(EVENTS);
  });

  it('may have lines that end as they do elsewhere', () => {
    expect(read(bytes(TEXT.replaceAll('\n', '\r\n')))).toEqual(EVENTS);
    const [first, second] = [
      TEXT.replaceAll('\n', '\r\n').slice(0, 17),
      TEXT.replaceAll('\n', '\r\n').slice(17),
    ];
    expect(read(bytes(first), bytes(second))).toEqual(EVENTS);
  });

  it('joins lines of data, passes comments over, and drops what has no end', () => {
    expect(read(bytes(': still here\n\ndata: a\ndata: b\nid: 1\n\ndata: cut'))).toEqual([
      { name: 'message', data: 'a\nb' },
    ]);
  });

  it('ends with its body', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        for (const byte of bytes(TEXT)) stream.enqueue(Uint8Array.of(byte));
        stream.close();
      },
    });
    const found: StreamEvent[] = [];
    for await (const event of eventsOf(body)) found.push(event);
    expect(found).toEqual(EVENTS);
  });
});
