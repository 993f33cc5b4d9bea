import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client';
import { Problem, type ProblemBody } from './problem';
import type { components } from './schema';

/** Files of records: sent, looked at, mapped, stored, undone; and sample data. */

type Schemas = components['schemas'];

export type Import = Schemas['Import'];
export type ImportLook = Schemas['ImportLook'];
export type ImportFigures = Schemas['ImportFigures'];
export type ImportFault = Schemas['ImportFault'];
export type ImportSettings = Schemas['ImportSettings'];
export type ImportSum = Schemas['ImportSum'];
export type SampleData = Schemas['SampleData'];

/** While something is being done, it is looked at anew. */
const LOOK_MS = 1_000;

const of = (id: string) => ({ params: { path: { id } } });

export function isBusy({ status }: { status: string }): boolean {
  return ['uploaded', 'looking', 'running', 'undoing'].includes(status);
}

export const imports = {
  change: (id: string, body: ImportSettings) => ask(api.PATCH('/v1/imports/{id}', { ...of(id), body })),
  run: (id: string) => ask(api.POST('/v1/imports/{id}/run', of(id))),
  remove: (id: string) => ask(api.DELETE('/v1/imports/{id}', of(id))),
};

/** Sends files that are one import, and tells how far it is, from 0 to 1, which `fetch` cannot. */
export function sendFiles(
  files: File[],
  told: (share: number) => void,
  signal: AbortSignal,
): Promise<Import> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    for (const file of files) body.append('file', file);
    request.open('POST', '/v1/imports');
    request.setRequestHeader('Accept', 'application/json');
    request.responseType = 'json';
    request.upload.onprogress = (event) => event.lengthComputable && told(event.loaded / event.total);
    request.onload = () => {
      if (request.status === 201) return resolve(request.response as Import);
      reject(new Problem(request.status, (request.response as ProblemBody | null) ?? {}));
    };
    request.onerror = () => reject(new Problem(0, { code: 'offline' }));
    request.onabort = () => reject(new DOMException('', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(body);
  });
}

export const importsQuery = infiniteQueryOptions({
  queryKey: ['imports'],
  queryFn: ({ pageParam, signal }) =>
    ask(api.GET('/v1/imports', { params: { query: { limit: 50, cursor: pageParam ?? undefined } }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor ?? null,
  refetchInterval: ({ state }) =>
    state.data?.pages.some((page) => page.items.some(isBusy)) ? LOOK_MS : false,
});

export function importQuery(id: string) {
  return queryOptions({
    queryKey: ['imports', id],
    queryFn: ({ signal }) => ask(api.GET('/v1/imports/{id}', { ...of(id), signal })),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? LOOK_MS : false),
  });
}

/** What is wrong with rows: of the look, or of the run. */
export function faultsQuery(id: string, status: string) {
  return infiniteQueryOptions({
    queryKey: ['imports', id, 'faults', status],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/v1/imports/{id}/errors', {
          params: { path: { id }, query: { limit: 50, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export const sample = {
  fill: () => ask(api.POST('/v1/sample-data', { body: {} })),
  remove: () => ask(api.DELETE('/v1/sample-data')),
};

export const sampleQuery = queryOptions({
  queryKey: ['sample-data'],
  queryFn: ({ signal }) => ask(api.GET('/v1/sample-data', { signal })),
  refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? LOOK_MS : false),
});
