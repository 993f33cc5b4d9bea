import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { eventsOf, type StreamEvent } from '~/lib/eventStream';
import type { Language } from '~/lib/format';
import { Problem, type ProblemBody } from './problem';
import type { Cell, Column, Text } from './types';

/** The assistant as the contract fixes it; a snapshot of the server that describes it takes the place of these types. */

export type Source = 'catalogue' | 'model' | 'verified' | 'sql' | 'clarify' | 'unsupported';
export type Operator =
  | 'in'
  | 'not_in'
  | 'more'
  | 'at_least'
  | 'less'
  | 'at_most'
  | 'between'
  | 'missing'
  | 'present';

export interface PlanFilter {
  field: string;
  op: Operator;
  values?: string[];
  /** The values as people know them, in the same order. */
  labels?: string[];
  /** It is what a share is of. */
  part?: boolean;
}

/** `from` <= t < `to`: days, or moments. */
export interface PlanPeriod {
  from?: string | null;
  to?: string | null;
  label?: string;
  running?: boolean;
  /** The words that it came from; the server's own. */
  expr?: unknown;
  weekdays?: unknown;
}

/** What a question was read as; an edited one is sent back as `plan`. */
export interface Plan {
  intent: string;
  metrics?: string[];
  dimensions?: string[];
  filters?: PlanFilter[];
  period?: PlanPeriod;
  compared_with?: PlanPeriod | null;
  order?: { by: string; descending: boolean } | null;
  limit?: number | null;
  grain?: string | null;
  share?: boolean;
  ratio?: boolean;
  assumed?: string[];
}

export interface PlanChoice {
  id: string;
  label: string;
  plan: Plan;
}

export interface AnswerResult {
  columns: Column[];
  rows: Cell[][];
  meta?: { rows_scanned?: number; elapsed_ms?: number; currency?: string | null } | null;
}

export interface ModelUse {
  name: string;
  /** It read the words. */
  planned?: boolean;
  /** Its prose is the answer. */
  told?: boolean;
  /** Why its plan or prose was not taken. */
  refused?: string | null;
}

export interface Reply {
  conversation_id: string;
  message_id: string;
  answer: string;
  interpretation: Plan | null;
  result: AnswerResult | null;
  sql: string | null;
  source: Source;
  /** The name of the verified question. */
  verified?: string | null;
  choices: PlanChoice[];
  alternatives: PlanChoice[];
  chart: 'line' | 'bar' | 'heatmap' | 'none' | null;
  next?: string | null;
  model: ModelUse | null;
}

export interface Asked {
  message?: string;
  plan?: Plan;
  conversation_id?: string;
  locale: Language;
}

export interface ConversationRow {
  id: string;
  title: string;
  updated_at: string;
}

export interface StoredMessage extends Partial<Omit<Reply, 'message_id'>> {
  id?: string;
  message_id?: string;
  question?: string | null;
  feedback?: Verdict | { verdict: Verdict } | null;
}

export interface Conversation extends ConversationRow {
  messages: StoredMessage[];
}

export type Verdict = 'up' | 'down';

export interface Metrics {
  metrics: { name: string; title: Text; definition: Text; dimensions: string[] }[];
  dimensions: { name: string; title: Text }[];
}

async function refuse(response: Response): Promise<never> {
  const body = (await response.json().catch(() => ({}))) as ProblemBody;
  throw new Problem(response.status, body, response.headers);
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...init.headers },
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, { detail: String(error), code: 'offline' });
  }
  return response.ok ? response : refuse(response);
}

async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  return (await request(path, { signal })).json() as Promise<T>;
}

/** Asks, and gives the events of the answer as they come. */
export async function* askAssistant(asked: Asked, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const response = await request('/v1/assistant/messages', {
    method: 'POST',
    body: JSON.stringify(asked),
    headers: { Accept: 'text/event-stream' },
    signal,
  });
  if (!response.body) return;
  try {
    yield* eventsOf(response.body);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Problem(0, { detail: String(error), code: 'cut' });
  }
}

const BASE = '/v1/assistant';
const at = (part: string, id: string) => `${BASE}/${part}/${encodeURIComponent(id)}`;

export const conversationsQuery = infiniteQueryOptions({
  queryKey: ['conversations'],
  queryFn: ({ pageParam, signal }) => {
    const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : '';
    return get<{ items: ConversationRow[]; next_cursor?: string | null }>(
      `${BASE}/conversations?limit=50${cursor}`,
      signal,
    );
  },
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor ?? null,
});

export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: ['conversation', id],
    queryFn: ({ signal }) => get<Conversation>(at('conversations', id), signal),
  });
}

export function deleteConversation(id: string) {
  return request(at('conversations', id), { method: 'DELETE' });
}

export function rowsBehindQuery(message: string) {
  return infiniteQueryOptions({
    queryKey: ['rows-behind', message],
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : '';
      return get<AnswerResult & { next_cursor?: string | null }>(
        `${at('messages', message)}/rows?limit=100${cursor}`,
        signal,
      );
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export function judge(message: string, verdict: Verdict) {
  return request(`${at('messages', message)}/feedback`, {
    method: 'POST',
    body: JSON.stringify({ verdict }),
  });
}

/** Names and definitions of metrics and dimensions; they change with the server and with attributes of records. */
export const metricsQuery = queryOptions({
  queryKey: ['metrics'],
  queryFn: ({ signal }) => get<Metrics>('/v1/metrics', signal),
  staleTime: 10 * 60_000,
  retry: false,
});
