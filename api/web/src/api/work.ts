import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { Problem, type ProblemBody } from './problem';
import type { Result } from './types';

/**
 * Tasks, notes, views, own reports, dashboards, exports, webhooks, Telegram and deliveries, as they are agreed. A document of
 * the server that describes them takes the place of these types.
 */

export interface PersonRef {
  user_id: string;
  name: string;
}

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

type Query = Record<string, string | number | boolean | null | undefined>;

interface Request {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
}

function address(path: string, query: Query = {}): string {
  const set = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

async function request<T>(path: string, { method = 'GET', query, body, signal }: Request = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address(path, query), {
      method,
      signal,
      headers: { Accept: 'application/json', ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, { detail: String(error), code: 'offline' });
  }
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as ProblemBody;
    throw new Problem(response.status, problem, response.headers);
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}

const one = (base: string, id: string) => `${base}/${encodeURIComponent(id)}`;

/** All of a short list, as long as the server goes on with it. */
async function whole<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page: Page<T> = await request(path, { query: { limit: 200, cursor }, signal });
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return items;
}

/** Makes, changes and removes records of one kind. */
function records<T, New>(base: string) {
  return {
    create: (body: New) => request<T>(base, { method: 'POST', body }),
    change: (id: string, body: Partial<New>) => request<T>(one(base, id), { method: 'PATCH', body }),
    remove: (id: string) => request<void>(one(base, id), { method: 'DELETE' }),
  };
}

// Tasks

export type TaskStatus = 'open' | 'done' | 'cancelled';

export interface Task {
  id: string;
  title: string;
  note: string | null;
  due_at: string | null;
  assignee: PersonRef | null;
  customer_id: string | null;
  recommendation_id: string | null;
  status: TaskStatus;
  remind_at: string | null;
  created_by: PersonRef | null;
  created_at: string;
  updated_at: string;
  completed_at: string | null;
  overdue: boolean;
}

export interface NewTask {
  title: string;
  note?: string | null;
  /** A moment, or a date of the workspace, which ends with its day. */
  due_at?: string | null;
  assignee_id?: string | null;
  customer_id?: string | null;
  recommendation_id?: string | null;
  remind_at?: string | null;
  status?: TaskStatus;
}

export interface TasksAsked {
  status?: TaskStatus;
  assignee?: string;
  customer_id?: string;
  recommendation_id?: string;
}

export const tasks = records<Task, NewTask>('/v1/tasks');

export function tasksQuery(asked: TasksAsked) {
  return infiniteQueryOptions({
    queryKey: ['tasks', asked],
    queryFn: ({ pageParam, signal }) =>
      request<Page<Task>>('/v1/tasks', { query: { ...asked, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

// Notes

export interface Note {
  id: string;
  customer_id: string;
  body: string;
  subject: string | null;
  author: PersonRef | null;
  created_at: string;
  edited_at: string | null;
}

export interface NewNote {
  body: string;
  subject?: string | null;
}

export const notes = {
  ...records<Note, NewNote>('/v1/notes'),
  add: (customer: string, body: NewNote) =>
    request<Note>(`${one('/v1/customers', customer)}/notes`, { method: 'POST', body }),
};

export function notesQuery(customer: string) {
  return infiniteQueryOptions({
    queryKey: ['notes', customer],
    queryFn: ({ pageParam, signal }) =>
      request<Page<Note>>(`${one('/v1/customers', customer)}/notes`, {
        query: { limit: 20, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

// Saved views

export type ViewPage = 'customers' | 'reports' | 'trends' | 'forecast' | 'sql' | 'tasks';

export interface View {
  id: string;
  name: string;
  page: ViewPage;
  /** What stood behind `?` in the address. */
  query: string;
  columns: string[] | null;
  shared: boolean;
  owner: PersonRef | null;
  mine: boolean;
  created_at: string;
  updated_at: string;
}

export type NewView = Pick<View, 'name' | 'page' | 'query'> & Partial<Pick<View, 'columns' | 'shared'>>;

export const views = records<View, NewView>('/v1/views');

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => whole<View>('/v1/views', signal),
});

// Own reports

export type ParameterType = 'text' | 'number' | 'date' | 'timestamp';

export interface OwnParameter {
  name: string;
  type: ParameterType;
  default?: string | number | null;
  label?: string | null;
}

export type ChartKind = 'none' | 'line' | 'bar' | 'area' | 'pie';

export interface OwnChart {
  kind: ChartKind;
  x: string;
  y: string[];
}

export interface SavedReport {
  id: string;
  name: string;
  description: string | null;
  sql: string;
  parameters: OwnParameter[];
  chart: OwnChart | null;
  shared: boolean;
  owner: PersonRef | null;
  mine: boolean;
  created_at: string;
  updated_at: string;
}

export type NewSavedReport = Pick<SavedReport, 'name' | 'sql'> &
  Partial<Pick<SavedReport, 'description' | 'parameters' | 'chart' | 'shared'>>;

export const savedReports = records<SavedReport, NewSavedReport>('/v1/saved-reports');

export const savedReportsQuery = queryOptions({
  queryKey: ['saved-reports'],
  queryFn: ({ signal }) => whole<SavedReport>('/v1/saved-reports', signal),
});

export function savedReportQuery(id: string) {
  return queryOptions({
    queryKey: ['saved-reports', id],
    queryFn: ({ signal }) => request<SavedReport>(one('/v1/saved-reports', id), { signal }),
  });
}

export function runQuery(id: string, values: Query) {
  return queryOptions({
    queryKey: ['saved-report-run', id, values],
    queryFn: ({ signal }) =>
      request<Result>(`${one('/v1/saved-reports', id)}/run`, { query: values, signal }),
  });
}

/** Where the browser fetches the same rows as a file. */
export function runFile(id: string, values: Query, format: string): string {
  return address(`${one('/v1/saved-reports', id)}/run`, { ...values, format });
}

// Dashboards

export type CardKind = 'report' | 'saved_report' | 'metric' | 'trend' | 'forecast' | 'text';

export interface Card {
  id?: string;
  title: string;
  kind: CardKind;
  report?: string | null;
  saved_report_id?: string | null;
  metric?: string | null;
  dimension?: string | null;
  text?: string | null;
  query?: Record<string, string>;
  chart?: string | null;
  width: 1 | 2 | 3 | 4;
}

export interface Dashboard {
  id: string;
  name: string;
  /** A name of a period, or its own days. */
  period: string | { from: string; to: string } | null;
  cards: Card[];
  shared: boolean;
  owner: PersonRef | null;
  mine: boolean;
  created_at: string;
  updated_at: string;
}

export type NewDashboard = Pick<Dashboard, 'name'> & Partial<Pick<Dashboard, 'period' | 'cards' | 'shared'>>;

export const dashboards = records<Dashboard, NewDashboard>('/v1/dashboards');

export const dashboardsQuery = queryOptions({
  queryKey: ['dashboards'],
  queryFn: ({ signal }) => whole<Dashboard>('/v1/dashboards', signal),
});

export function dashboardQuery(id: string) {
  return queryOptions({
    queryKey: ['dashboards', id],
    queryFn: ({ signal }) => request<Dashboard>(one('/v1/dashboards', id), { signal }),
  });
}

// Exports

export type ExportFormat = 'csv' | 'xlsx' | 'parquet' | 'ndjson';
export type ExportKind = 'customers' | 'report' | 'saved_report' | 'sql' | 'workspace';

export interface ExportJob {
  id: string;
  kind: ExportKind;
  format: ExportFormat;
  status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  rows: number | null;
  bytes: number | null;
  error: string | null;
  created_at: string;
  finished_at: string | null;
  expires_at: string | null;
}

export interface NewExport {
  kind: ExportKind;
  format: ExportFormat;
  report?: string;
  saved_report_id?: string;
  sql?: string;
  query?: Record<string, string>;
}

export const exportJobs = records<ExportJob, NewExport>('/v1/exports');

export function isOver({ status }: ExportJob): boolean {
  return status !== 'queued' && status !== 'running';
}

export const exportsQuery = queryOptions({
  queryKey: ['exports'],
  queryFn: ({ signal }) => whole<ExportJob>('/v1/exports', signal),
});

export function exportFile(id: string): string {
  return `${one('/v1/exports', id)}/file`;
}

// Webhooks

export const WEBHOOK_EVENTS = [
  'customer.created',
  'customer.updated',
  'customer.erased',
  'purchase.created',
  'finding',
  'task.created',
  'task.updated',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export interface Webhook {
  id: string;
  url: string;
  events: WebhookEvent[];
  active: boolean;
  /** Only in the answer to its making. */
  secret?: string | null;
  created_at: string;
  last_status: number | string | null;
  last_delivery_at: string | null;
  failures: number;
}

export interface WebhookDelivery {
  id: string;
  event?: string;
  type?: string;
  at?: string;
  created_at?: string;
  status: number | string | null;
  attempts?: number;
  error?: string | null;
}

export type NewWebhook = Pick<Webhook, 'url' | 'events'> & Partial<Pick<Webhook, 'active'>>;

export const webhooks = {
  ...records<Webhook, NewWebhook>('/v1/webhooks'),
  test: (id: string) => request<unknown>(`${one('/v1/webhooks', id)}/test`, { method: 'POST' }),
};

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: ({ signal }) => whole<Webhook>('/v1/webhooks', signal),
});

export function webhookDeliveriesQuery(id: string) {
  return queryOptions({
    queryKey: ['webhook-deliveries', id],
    queryFn: async ({ signal }) =>
      (
        await request<Page<WebhookDelivery>>(`${one('/v1/webhooks', id)}/deliveries`, {
          query: { limit: 50 },
          signal,
        })
      ).items,
  });
}

// Telegram

export interface TelegramLink {
  id: string;
  telegram_user_id: string | number;
  telegram_name: string | null;
  workspace: string | { id: string; name: string };
  linked_at: string;
  last_seen_at: string | null;
}

export interface TelegramInvitation {
  url: string;
  token: string;
  expires_at: string;
}

export function makeTelegramLink() {
  return request<TelegramInvitation>('/v1/telegram/link', { method: 'POST' });
}

export const telegramLinksQuery = queryOptions({
  queryKey: ['telegram-links'],
  queryFn: async ({ signal }) => (await request<Page<TelegramLink>>('/v1/telegram/links', { signal })).items,
});

export function removeTelegramLink(id: string) {
  return request<void>(one('/v1/telegram/links', id), { method: 'DELETE' });
}

// Deliveries

export interface Schedule {
  every: 'day' | 'week' | 'month';
  hour: number;
  /** 1 is Monday. */
  weekday?: number | null;
  day?: number | null;
}

export type AlertType = 'threshold' | 'anomaly' | 'large_purchase' | 'cooling';

export interface Alert {
  type: AlertType;
  metric?: string | null;
  above?: number | null;
  below?: number | null;
  change_percent?: number | null;
  amount?: number | null;
}

export interface Delivery {
  id: string;
  kind: 'digest' | 'alert';
  name: string;
  channel: 'telegram' | 'email';
  target: { chat_id?: string | number | null; email?: string | null };
  schedule: Schedule | null;
  alert: Alert | null;
  cooldown_hours: number | null;
  quiet_hours: { from: number; to: number } | null;
  locale: string;
  active: boolean;
  last_run_at: string | null;
  next_run_at: string | null;
  owner: PersonRef | null;
}

export type NewDelivery = Omit<Delivery, 'id' | 'last_run_at' | 'next_run_at' | 'owner'>;

export interface DeliveryRun {
  id: string;
  at: string;
  status: 'sent' | 'skipped' | 'failed';
  reason: string | null;
  summary: string | null;
}

export const deliveries = records<Delivery, NewDelivery>('/v1/deliveries');

export const deliveriesQuery = queryOptions({
  queryKey: ['deliveries'],
  queryFn: ({ signal }) => whole<Delivery>('/v1/deliveries', signal),
});

export function deliveryRunsQuery(id: string) {
  return queryOptions({
    queryKey: ['delivery-runs', id],
    queryFn: async ({ signal }) =>
      (
        await request<Page<DeliveryRun>>(`${one('/v1/deliveries', id)}/runs`, {
          query: { limit: 50 },
          signal,
        })
      ).items,
  });
}
