import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client';
import type { components } from './schema';
import type { Result } from './types';

/** Tasks, notes, views, own reports, dashboards, exports, webhooks, Telegram and deliveries: queries, and names for what they give. */

type Schemas = components['schemas'];

interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

type Ask<T> = (query: { limit: number; cursor?: string }) => Promise<Page<T>>;

/** All of a short list, as long as the server goes on with it. */
async function whole<T>(next: Ask<T>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await next({ limit: 200, cursor });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return items;
}

const of = (id: string) => ({ params: { path: { id } } });

// Tasks

export type Task = Schemas['TaskBody'];
export type NewTask = Schemas['NewTaskBody'];
export type TaskStatus = Schemas['TaskStatus'];

export interface TasksAsked {
  status?: TaskStatus;
  assignee?: string;
  customer_id?: string;
  recommendation_id?: string;
}

export const tasks = {
  create: (body: NewTask) => ask(api.POST('/v1/tasks', { body })),
  change: (id: string, body: Schemas['TaskPatchBody']) =>
    ask(api.PATCH('/v1/tasks/{id}', { ...of(id), body })),
  remove: (id: string) => ask(api.DELETE('/v1/tasks/{id}', of(id))),
};

export function tasksQuery(asked: TasksAsked) {
  return infiniteQueryOptions({
    queryKey: ['tasks', asked],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/v1/tasks', {
          params: { query: { ...asked, limit: 100, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

// Notes

export type Note = Schemas['NoteBody'];

export const notes = {
  add: (customer: string, body: Schemas['NewNoteBody']) =>
    ask(api.POST('/v1/customers/{id}/notes', { ...of(customer), body })),
  change: (id: string, body: Schemas['NotePatchBody']) =>
    ask(api.PATCH('/v1/notes/{id}', { ...of(id), body })),
  remove: (id: string) => ask(api.DELETE('/v1/notes/{id}', of(id))),
};

export function notesQuery(customer: string) {
  return infiniteQueryOptions({
    queryKey: ['notes', customer],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/v1/customers/{id}/notes', {
          params: { path: { id: customer }, query: { limit: 20, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

// Saved views

export type View = Schemas['ViewBody'];
export type ViewPage = Schemas['ViewPage'];

export const views = {
  create: (body: Schemas['NewViewBody']) => ask(api.POST('/v1/views', { body })),
  change: (id: string, body: Schemas['ViewPatchBody']) =>
    ask(api.PATCH('/v1/views/{id}', { ...of(id), body })),
  remove: (id: string) => ask(api.DELETE('/v1/views/{id}', of(id))),
};

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => whole((query) => ask(api.GET('/v1/views', { params: { query }, signal }))),
});

// Own reports

export type OwnParameter = Schemas['SavedParameterBody'];
export type ParameterType = Schemas['SavedParameterType'];
export type OwnChart = Schemas['SavedChartBody'];
export type ChartKind = Schemas['SavedChartKind'];
export type SavedReport = Schemas['SavedReportBody'];

export const savedReports = {
  create: (body: Schemas['NewSavedReportBody']) => ask(api.POST('/v1/saved-reports', { body })),
  change: (id: string, body: Schemas['SavedReportPatchBody']) =>
    ask(api.PATCH('/v1/saved-reports/{id}', { ...of(id), body })),
  remove: (id: string) => ask(api.DELETE('/v1/saved-reports/{id}', of(id))),
};

export const savedReportsQuery = queryOptions({
  queryKey: ['saved-reports'],
  queryFn: ({ signal }) => whole((query) => ask(api.GET('/v1/saved-reports', { params: { query }, signal }))),
});

export function savedReportQuery(id: string) {
  return queryOptions({
    queryKey: ['saved-reports', id],
    queryFn: ({ signal }) => ask(api.GET('/v1/saved-reports/{id}', { ...of(id), signal })),
  });
}

/** Values by the names of parameters; one without a value goes by its default. */
export type Values = Record<string, string | undefined>;

function given(values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => !!entry[1]));
}

/** An own report with its values; names of its own are not in the document, hence the casts. */
export function runQuery(id: string, values: Values) {
  const set = given(values);
  return queryOptions({
    queryKey: ['saved-report-run', id, set],
    queryFn: async ({ signal }) => {
      const query = set as Record<string, never>;
      const params = { path: { id }, query };
      return (await ask(api.GET('/v1/saved-reports/{id}/run', { params, signal }))) as unknown as Result;
    },
  });
}

/** Where the browser fetches the same rows as a file. */
export function runFile(id: string, values: Values, format: string): string {
  const set = new URLSearchParams({ ...given(values), format });
  return `/v1/saved-reports/${encodeURIComponent(id)}/run?${set}`;
}

// Dashboards

export type Card = Omit<Schemas['CardOfDashboard'], 'query'> & {
  /** Parameters beside the period. The document says no more than that it is an object. */
  query?: Record<string, unknown>;
};
export type CardKind = Schemas['CardKind'];
export type Dashboard = Omit<Schemas['DashboardBody'], 'cards'> & { cards: Card[] };

type Boards<Body extends { cards?: unknown }> = Omit<Body, 'cards'> & { cards?: Card[] };

export const dashboards = {
  create: (body: Boards<Schemas['NewDashboardBody']>) =>
    ask(api.POST('/v1/dashboards', { body: body as Schemas['NewDashboardBody'] })) as Promise<Dashboard>,
  change: (id: string, body: Boards<Schemas['DashboardPatchBody']>) =>
    ask(
      api.PATCH('/v1/dashboards/{id}', { ...of(id), body: body as Schemas['DashboardPatchBody'] }),
    ) as Promise<Dashboard>,
  remove: (id: string) => ask(api.DELETE('/v1/dashboards/{id}', of(id))),
};

export const dashboardsQuery = queryOptions({
  queryKey: ['dashboards'],
  queryFn: ({ signal }): Promise<Dashboard[]> =>
    whole((query) => ask(api.GET('/v1/dashboards', { params: { query }, signal }))),
});

export function dashboardQuery(id: string) {
  return queryOptions({
    queryKey: ['dashboards', id],
    queryFn: ({ signal }): Promise<Dashboard> => ask(api.GET('/v1/dashboards/{id}', { ...of(id), signal })),
  });
}

// Exports

export type ExportJob = Schemas['Export'];
export type ExportFormat = Schemas['ExportFormat'];
export type NewExport = Schemas['NewExport'];

export const exportJobs = {
  create: (body: NewExport) => ask(api.POST('/v1/exports', { body })),
  remove: (id: string) => ask(api.DELETE('/v1/exports/{id}', of(id))),
};

export function isOver({ status }: ExportJob): boolean {
  return status !== 'queued' && status !== 'running';
}

export const exportsQuery = queryOptions({
  queryKey: ['exports'],
  queryFn: ({ signal }) => whole((query) => ask(api.GET('/v1/exports', { params: { query }, signal }))),
});

export function exportFile(id: string): string {
  return `/v1/exports/${encodeURIComponent(id)}/file`;
}

// Webhooks

/** In the order that people are shown them. */
export const WEBHOOK_EVENTS = [
  'customer.created',
  'customer.updated',
  'customer.erased',
  'purchase.created',
  'finding',
  'task.created',
  'task.updated',
  'task.reminder',
] as const satisfies Schemas['WebhookEvent'][];
export type WebhookEvent = Schemas['WebhookEvent'];

export type Webhook = Schemas['Webhook'];
export type WebhookDelivery = Schemas['WebhookDelivery'];

export const webhooks = {
  create: (body: Schemas['NewWebhook']) => ask(api.POST('/v1/webhooks', { body })),
  change: (id: string, body: Schemas['WebhookPatch']) =>
    ask(api.PATCH('/v1/webhooks/{id}', { ...of(id), body })),
  remove: (id: string) => ask(api.DELETE('/v1/webhooks/{id}', of(id))),
  test: (id: string) => ask(api.POST('/v1/webhooks/{id}/test', of(id))),
};

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: ({ signal }) => whole((query) => ask(api.GET('/v1/webhooks', { params: { query }, signal }))),
});

/** So many of the last ones are shown of what was sent. */
const LAST = { limit: 50 };

export function webhookDeliveriesQuery(id: string) {
  return queryOptions({
    queryKey: ['webhook-deliveries', id],
    queryFn: async ({ signal }) => {
      const params = { path: { id }, query: LAST };
      return (await ask(api.GET('/v1/webhooks/{id}/deliveries', { params, signal }))).items;
    },
  });
}

// Telegram

export type TelegramLink = Schemas['TelegramLink'];

export function makeTelegramLink() {
  return ask(api.POST('/v1/telegram/link'));
}

export const telegramLinksQuery = queryOptions({
  queryKey: ['telegram-links'],
  queryFn: ({ signal }) =>
    whole((query) => ask(api.GET('/v1/telegram/links', { params: { query }, signal }))),
});

export function removeTelegramLink(id: string) {
  return ask(api.DELETE('/v1/telegram/links/{id}', of(id)));
}

// Deliveries

export type Delivery = Schemas['Delivery'];
export type NewDelivery = Schemas['NewDelivery'];
export type Schedule = Schemas['DeliverySchedule'];
export type AlertType = Schemas['AlertType'];
export type DeliveryAlert = Schemas['DeliveryAlert'];

export const deliveries = {
  create: (body: NewDelivery) => ask(api.POST('/v1/deliveries', { body })),
  change: (id: string, body: Schemas['DeliveryPatch']) =>
    ask(api.PATCH('/v1/deliveries/{id}', { ...of(id), body })),
  remove: (id: string) => ask(api.DELETE('/v1/deliveries/{id}', of(id))),
};

export const deliveriesQuery = queryOptions({
  queryKey: ['deliveries'],
  queryFn: ({ signal }) => whole((query) => ask(api.GET('/v1/deliveries', { params: { query }, signal }))),
});

export function deliveryRunsQuery(id: string) {
  return queryOptions({
    queryKey: ['delivery-runs', id],
    queryFn: async ({ signal }) => {
      const params = { path: { id }, query: LAST };
      return (await ask(api.GET('/v1/deliveries/{id}/runs', { params, signal }))).items;
    },
  });
}
