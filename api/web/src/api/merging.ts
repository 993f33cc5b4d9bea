import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client';
import type { components } from './schema';

type Schemas = components['schemas'];

export type Merged = Schemas['MergedBody'];
export type Duplicates = Schemas['DuplicatesBody'];
export type Duplicate = Schemas['DuplicateBody'];

/** What a merge changes: customers, what is theirs, and figures that count people. */
export const MERGE_TOUCHES = [
  'customers',
  'customer',
  'timeline',
  'merged',
  'duplicates',
  'tasks',
  'notes',
  'offers',
  'report',
  'trends',
  'recommendations',
];

export function merge(id: string, into: string) {
  return ask(api.POST('/v1/customers/{id}/merge', { params: { path: { id } }, body: { into } }));
}

export function undoMerge(id: string) {
  return ask(api.DELETE('/v1/customers/{id}/merge', { params: { path: { id } } }));
}

/** Who was merged into a customer. */
export function mergedQuery(id: string) {
  return queryOptions({
    queryKey: ['merged', id],
    queryFn: async ({ signal }) =>
      (await ask(api.GET('/v1/customers/{id}/merge', { params: { path: { id } }, signal }))).items,
  });
}

/** Customers who may be one person, group by group. */
export const duplicatesQuery = infiniteQueryOptions({
  queryKey: ['duplicates'],
  queryFn: ({ pageParam, signal }) =>
    ask(
      api.GET('/v1/customer-duplicates', {
        params: { query: { limit: 50, cursor: pageParam ?? undefined } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor ?? null,
});
