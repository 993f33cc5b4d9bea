import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Language } from '~/lib/format';
import { api, ask } from './client';
import type { CustomerCard } from './types';

const PAGE = 100;

export interface CustomersAsked {
  search?: string;
  segment?: string;
  filter?: string;
  sort?: string;
}

/** The list, a page at a time: the server filters, sorts and counts, the browser holds what was looked at. */
export function customersQuery(asked: CustomersAsked) {
  return infiniteQueryOptions({
    queryKey: ['customers', asked],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/v1/customers', {
          params: { query: { ...asked, limit: PAGE, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export function customerQuery(id: string, locale: Language) {
  return queryOptions({
    queryKey: ['customer', id, locale],
    queryFn: ({ signal }): Promise<CustomerCard> =>
      ask(api.GET('/v1/customers/{id}', { params: { path: { id }, query: { locale } }, signal })),
  });
}

/** Where all that is kept of a person is taken out, as JSON. */
export function customerFile(id: string): string {
  return `/v1/customers/${encodeURIComponent(id)}/export`;
}

export function timelineQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['timeline', id],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/v1/customers/{id}/timeline', {
          params: { path: { id }, query: { limit: 50, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export function offersQuery(id: string, locale: Language) {
  return queryOptions({
    queryKey: ['offers', id, locale],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/customers/{id}/offers', {
          params: { path: { id }, query: { limit: 5, locale } },
          signal,
        }),
      ),
  });
}

export const segmentRulesQuery = queryOptions({
  queryKey: ['segment-rules'],
  queryFn: ({ signal }) => ask(api.GET('/v1/segments/rules', { signal })),
  staleTime: 5 * 60_000,
});
