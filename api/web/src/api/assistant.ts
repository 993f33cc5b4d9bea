import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { eventsOf, type StreamEvent } from '~/lib/eventStream';
import { api, ask } from './client';
import { Problem, type ProblemBody } from './problem';
import type { components } from './schema';
import type { Cell, Column, Meta } from './types';

type Schemas = components['schemas'];

/** What a question was read as; an edited one is sent back as `plan`. */
export type Plan = Schemas['Interpretation'];
export type PlanFilter = Schemas['PlanFilter'];
export type PlanPeriod = Schemas['PlanPeriod'];
export type PlanChoice = Schemas['PlanChoice'];
export type Metric = Schemas['Metric'];
export type Grain = Schemas['CalendarUnit'];
export type Asked = Schemas['MessageBody'];
export type ConversationRow = Schemas['Conversation'];
export type StoredMessage = Schemas['ConversationMessage'];
export type Verdict = 'up' | 'down';

export interface AnswerResult {
  columns: Column[];
  rows: Cell[][];
  meta?: Partial<Meta> | null;
}

/** An answer; its cells are values, not the objects that the document has to allow for. */
export interface Reply extends Omit<Schemas['Answer'], 'result' | 'chart' | 'source'> {
  result?: AnswerResult | null;
  /** A statement that a model wrote is told as such by a server that lets it. */
  source: Schemas['AnswerSource'] | 'sql';
  chart: 'line' | 'bar' | 'heatmap' | 'none' | null;
}

/** Asks, and gives the events of the answer as they come. */
export async function* askAssistant(asked: Asked, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  let response: Response;
  try {
    response = await fetch('/v1/assistant/messages', {
      method: 'POST',
      body: JSON.stringify(asked),
      headers: { Accept: 'text/event-stream', 'Content-Type': 'application/json' },
      signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, { detail: String(error), code: 'offline' });
  }
  if (!response.ok) {
    const body = (await response.json().catch(() => ({}))) as ProblemBody;
    throw new Problem(response.status, body, response.headers);
  }
  if (!response.body) return;
  try {
    yield* eventsOf(response.body);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Problem(0, { detail: String(error), code: 'cut' });
  }
}

export const conversationsQuery = infiniteQueryOptions({
  queryKey: ['conversations'],
  queryFn: ({ pageParam, signal }) =>
    ask(
      api.GET('/v1/assistant/conversations', {
        params: { query: { limit: 50, cursor: pageParam ?? undefined } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor ?? null,
});

export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: ['conversation', id],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/assistant/conversations/{id}', { params: { path: { id } }, signal })),
  });
}

export function deleteConversation(id: string) {
  return ask(api.DELETE('/v1/assistant/conversations/{id}', { params: { path: { id } } }));
}

export function rowsBehindQuery(message: string) {
  return infiniteQueryOptions({
    queryKey: ['rows-behind', message],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 100, cursor: pageParam ?? undefined };
      const params = { path: { id: message }, query };
      const page = await ask(api.GET('/v1/assistant/messages/{id}/rows', { params, signal }));
      return page as AnswerResult & { next_cursor?: string | null };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export function judge(message: string, verdict: Verdict, comment?: string) {
  return ask(
    api.POST('/v1/assistant/messages/{id}/feedback', {
      params: { path: { id: message } },
      body: { verdict, comment },
    }),
  );
}

/** Names and definitions of metrics and dimensions; they change with the server and with attributes of records. */
export const metricsQuery = queryOptions({
  queryKey: ['metrics'],
  queryFn: ({ signal }) => ask(api.GET('/v1/metrics', { signal })),
  staleTime: 10 * 60_000,
  retry: false,
});
