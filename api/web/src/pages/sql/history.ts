import { useLocalStorage } from '@mantine/hooks';
import { useCallback } from 'react';

const KEPT = 50;

export interface Ran {
  sql: string;
  at: string;
}

/** The newest first, each statement once. */
export function remember(list: Ran[], ran: Ran): Ran[] {
  return [ran, ...list.filter(({ sql }) => sql !== ran.sql)].slice(0, KEPT);
}

/** What was run, by workspace: statements may name its customers. */
export function useHistory(workspace: string) {
  const [list, setList] = useLocalStorage<Ran[]>({ key: `kupets.sql.${workspace}`, defaultValue: [] });
  const add = useCallback(
    (sql: string) => setList((before) => remember(before, { sql, at: new Date().toISOString() })),
    [setList],
  );
  const clear = useCallback(() => setList([]), [setList]);
  return { list, add, clear };
}
