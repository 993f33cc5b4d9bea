import { queryOptions } from '@tanstack/react-query';
import type { Language } from '~/lib/format';
import type { Period } from '~/lib/period';
import { api, ask } from './client';
import type { Forecast, Metric, Trends } from './types';

/** What moved in a period, against the very days that cards and charts stand beside. */
export function trendsQuery(period: Period, metric: Metric, locale: Language, limit?: number) {
  const { span, compared } = period;
  return queryOptions({
    queryKey: ['trends', span, compared ?? null, metric, locale, limit],
    queryFn: async ({ signal }): Promise<Trends> => {
      const beside = { compare_from: compared?.from, compare_to: compared?.to };
      const query = { metric, from: span.from, to: span.to, ...beside, locale, limit };
      return (await ask(api.GET('/v1/trends', { params: { query }, signal }))) as Trends;
    },
  });
}

export interface ForecastAsked {
  metric: Metric;
  grain: 'day' | 'week' | 'month';
  horizon: number;
  locale: Language;
  product_id?: string;
  category?: string;
  channel?: string;
  segment?: string;
  as_of?: string;
}

export function forecastQuery(asked: ForecastAsked) {
  return queryOptions({
    queryKey: ['forecast', asked],
    queryFn: async ({ signal }): Promise<Forecast> =>
      ask(api.GET('/v1/forecast', { params: { query: asked }, signal })),
  });
}
