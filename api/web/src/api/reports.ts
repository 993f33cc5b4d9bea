import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client';
import type { Report, Result } from './types';

/** The catalogue changes with the server only. */
export const reportsQuery = queryOptions({
  queryKey: ['reports'],
  queryFn: async ({ signal }) => (await ask(api.GET('/v1/reports', { signal }))).items as unknown as Report[],
  staleTime: Number.POSITIVE_INFINITY,
});

export type Parameters = Record<string, string | undefined>;

/** A report with its parameters; those of its own are not in the document, hence the cast. */
export function reportQuery(id: string, parameters: Parameters) {
  const set = Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => value !== undefined && value !== ''),
  );
  return queryOptions({
    queryKey: ['report', id, set],
    queryFn: async ({ signal }) => {
      const query = set as Record<string, never>;
      return (await ask(
        api.GET('/v1/reports/{id}', { params: { path: { id: id as never }, query }, signal }),
      )) as unknown as Result;
    },
  });
}

/** Where the browser fetches the same report as a file. */
export function reportFile(id: string, parameters: Parameters, format: 'csv' | 'xlsx' | 'parquet'): string {
  const set = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `/v1/reports/${encodeURIComponent(id)}?${new URLSearchParams([...set, ['format', format]])}`;
}
