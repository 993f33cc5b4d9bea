import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Account, Role } from '~/api/accounts';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';

/** Who is signed in; null for nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Account | null> => {
    try {
      return await ask(api.GET('/v1/me', { signal }));
    } catch (error) {
      if (asProblem(error).status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

/** The person and the workspace; only for pages behind the door. */
export function useAccount(): Account {
  const { data } = useSuspenseQuery(meQuery);
  if (!data) throw new Error('this page is shown to people who are signed in only');
  return data;
}

export function useWorkspace() {
  return useAccount().workspace;
}

const RANK: Record<Role, number> = { viewer: 0, analyst: 1, manager: 2, admin: 3, owner: 4 };

/** Whether the role reaches that far. */
export function useAllowed(least: Role): boolean {
  const { role } = useAccount();
  return RANK[role] >= RANK[least];
}

/** After another person or workspace: nothing of the one before may be shown. */
export function useEnter() {
  const client = useQueryClient();
  return useCallback(
    (account: Account) => {
      client.clear();
      client.setQueryData(meQuery.queryKey, account);
    },
    [client],
  );
}
