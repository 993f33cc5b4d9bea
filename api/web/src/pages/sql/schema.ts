import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '~/api/client';
import type { Column, Result } from '~/api/types';

/** What a statement may read. Their columns are asked for, since a server may have more of them than this page knows. */
const TABLES = [
  'customers',
  'purchases',
  'interactions',
  'orders',
  'taken_back',
  'customer_facts',
  'product_facts',
  'customer_scores',
  'customer_offers',
];

export type Schema = { table: string; columns: Column[] }[];

async function columnsOf(table: string, signal: AbortSignal): Promise<Column[] | null> {
  try {
    const body = { sql: `SELECT * FROM ${table} LIMIT 0` };
    const result = (await ask(api.POST('/v1/sql', { body, signal }))) as unknown as Result;
    return result.columns;
  } catch {
    // A table that this server does not have is left out.
    return null;
  }
}

export const schemaQuery = queryOptions({
  queryKey: ['sql-schema'],
  queryFn: async ({ signal }): Promise<Schema> => {
    const found = await Promise.all(
      TABLES.map(async (table) => ({ table, columns: await columnsOf(table, signal) })),
    );
    return found.filter((entry): entry is Schema[number] => entry.columns !== null);
  },
  staleTime: Number.POSITIVE_INFINITY,
});
