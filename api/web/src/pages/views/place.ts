import type { View, ViewPage } from '~/api/work';

const PATHS: Record<ViewPage, string> = {
  overview: '/',
  dashboards: '/dashboards',
  customers: '/customers',
  reports: '/reports',
  trends: '/trends',
  forecast: '/forecast',
  sql: '/sql',
  tasks: '/tasks',
};

/** The part of the address that a view of these pages keeps among its parameters. */
const OWN: Partial<Record<ViewPage, string>> = { dashboards: 'board', reports: 'id' };

/** The address that a view stands for. */
export function viewPlace({ page, query }: Pick<View, 'page' | 'query'>): string {
  const set = new URLSearchParams(query);
  const own = OWN[page];
  const id = own && set.get(own);
  if (own) set.delete(own);
  const path = id ? `${PATHS[page]}/${encodeURIComponent(id)}` : PATHS[page];
  const rest = set.toString();
  return rest ? `${path}?${rest}` : path;
}
