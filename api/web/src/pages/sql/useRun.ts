import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, ask } from '~/api/client';
import type { Result } from '~/api/types';

/** Rows that a page shows of a statement; the file has as many as the server gives. */
export const SHOWN = 10_000;

/** A statement with the values that it asks for. */
export interface Asked {
  sql: string;
  params?: Record<string, string | number | null>;
}

/** Runs a statement. Another run, or a stop, ends the one before on the server too. */
export function useRun() {
  const running = useRef<AbortController | null>(null);
  const mutation = useMutation({
    mutationFn: async ({ sql, params }: Asked) => {
      running.current?.abort();
      const own = new AbortController();
      running.current = own;
      const body = { sql, params, limit: SHOWN };
      return (await ask(api.POST('/v1/sql', { body, signal: own.signal }))) as unknown as Result;
    },
  });
  return { ...mutation, stop: () => running.current?.abort() };
}

export const FILE_FORMATS = ['csv', 'xlsx', 'parquet'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** The same statement as a file, made by the server. */
export async function download({ sql, params, format }: Asked & { format: FileFormat }): Promise<void> {
  const request = api.POST('/v1/sql', {
    params: { query: { format } },
    body: { sql, params },
    parseAs: 'blob',
  });
  const blob = (await ask(request as never)) as Blob;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `query.${format}`;
  link.click();
  URL.revokeObjectURL(link.href);
}
