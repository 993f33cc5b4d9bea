import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { metricsQuery } from '~/api/assistant';

const PREFIX = 'attributes.';

/** Attributes that records of this workspace have, by name; none on a server that does not list them. */
export function useAttributes(): string[] {
  const { data } = useQuery(metricsQuery);
  return useMemo(
    () =>
      (data?.dimensions ?? [])
        .filter(({ name }) => name.startsWith(PREFIX))
        .map(({ name }) => name.slice(PREFIX.length))
        .sort((a, b) => a.localeCompare(b)),
    [data],
  );
}
