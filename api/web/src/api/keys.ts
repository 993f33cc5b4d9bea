import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client';
import type { ApiKey, Connection, Scope } from './types';

export const SCOPES: Scope[] = ['ingest', 'read', 'sql', 'assistant'];

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async ({ signal }) =>
    (await ask(api.GET('/v1/api-keys', { params: { query: { limit: 500 } }, signal }))).items as ApiKey[],
});

export interface NewKey {
  name: string;
  scopes: Scope[];
  expires_at?: string;
}

export function createKey(key: NewKey) {
  return ask(api.POST('/v1/api-keys', { body: key }));
}

/** What a key sees; without one, what the person sees. */
export function connectionQuery(key: string | null) {
  return queryOptions({
    queryKey: ['connection', key],
    queryFn: ({ signal }): Promise<Connection> => {
      const headers = key ? { Authorization: `Bearer ${key}` } : undefined;
      return ask(api.GET('/v1/connection', { headers, signal, credentials: key ? 'omit' : 'same-origin' }));
    },
  });
}
