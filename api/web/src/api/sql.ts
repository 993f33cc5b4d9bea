import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client';
import type { Result } from './types';

/** A statement of a page's own, asked for as other figures are. */
export function sqlQuery(sql: string) {
  return queryOptions({
    queryKey: ['sql', sql],
    queryFn: async ({ signal }) =>
      (await ask(api.POST('/v1/sql', { body: { sql }, signal }))) as unknown as Result,
  });
}
