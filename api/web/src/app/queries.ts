import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { asProblem } from '~/api/problem';

/** Told that the session has ended; set by the router, which knows the way to the door. */
let onSignedOut = () => {};

export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

function watch(error: unknown): void {
  if (asProblem(error).status === 401) onSignedOut();
}

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: watch }),
  mutationCache: new MutationCache({ onError: watch }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      // A server on loopback is reached without the network that the browser asks about.
      networkMode: 'always',
      retry: (count, error) => {
        const { status } = asProblem(error);
        return count < 2 && (status === 0 || status === 503);
      },
      retryDelay: (count) => 400 * 2 ** count,
    },
    mutations: { networkMode: 'always' },
  },
});
