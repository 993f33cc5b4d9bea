import { infiniteQueryOptions } from '@tanstack/react-query';
import type { Language } from '~/lib/format';
import { api, ask } from './client';
import type { paths } from './schema';

type Status = 'new' | 'accepted' | 'dismissed' | 'done';
type Kind = NonNullable<NonNullable<paths['/v1/recommendations']['get']['parameters']['query']>['kind']>;

export interface RecommendationsAsked {
  status: Status;
  kind?: string;
  locale: Language;
}

/** Customers listed of each; how many there are is told beside. */
const CUSTOMERS = 100;

export function recommendationsQuery(asked: RecommendationsAsked) {
  return infiniteQueryOptions({
    queryKey: ['recommendations', asked],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/v1/recommendations', {
          params: {
            query: {
              ...asked,
              status: [asked.status],
              kind: asked.kind as Kind | undefined,
              limit: 30,
              customers: CUSTOMERS,
              cursor: pageParam ?? undefined,
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export function decide(id: string, status: 'accepted' | 'dismissed' | 'done', locale: Language) {
  return ask(
    api.POST('/v1/recommendations/{id}', { params: { path: { id }, query: { locale } }, body: { status } }),
  );
}
