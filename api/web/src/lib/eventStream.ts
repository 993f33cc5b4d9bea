/** An event of a `text/event-stream`. */
export interface StreamEvent {
  name: string;
  data: string;
}

/** Reads events from pieces of a stream, wherever they were cut: between lines, or inside a letter. */
export class EventReader {
  private readonly decoder = new TextDecoder();
  private rest = '';
  private name = '';
  private data: string[] = [];

  push(bytes: Uint8Array): StreamEvent[] {
    this.rest += this.decoder.decode(bytes, { stream: true });
    const found: StreamEvent[] = [];
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(this.rest);
      if (!end) return found;
      const line = this.rest.slice(0, end.index);
      this.rest = this.rest.slice(end.index + end[0].length);
      const event = this.line(line);
      if (event) found.push(event);
    }
  }

  /** An empty line ends an event; what has no end is no event. */
  private line(line: string): StreamEvent | null {
    if (line === '') {
      const event = { name: this.name || 'message', data: this.data.join('\n') };
      const isEvent = this.data.length > 0;
      this.name = '';
      this.data = [];
      return isEvent ? event : null;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.name = value;
    if (field === 'data') this.data.push(value);
    return null;
  }
}

/** The events of a body, until it ends. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const events = new EventReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* events.push(value);
    }
  } finally {
    reader.releaseLock();
  }
}
