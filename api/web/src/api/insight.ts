import { queryOptions } from '@tanstack/react-query';
import type { Language } from '~/lib/format';
import type { Period } from '~/lib/period';
import { api, ask } from './client';
import type { Forecast, Metric, Trends } from './types';

/** What moved in a period: against the one before as the server takes it, or against a year before by name of both. */
export function trendsQuery(period: Period, metric: Metric, locale: Language, limit?: number) {
  const { span, compared, comparison } = period;
  return queryOptions({
    queryKey: ['trends', span, comparison === 'year' ? compared : null, metric, locale, limit],
    queryFn: async ({ signal }): Promise<Trends> => {
      if (comparison === 'year' && span.from && span.to && compared?.from && compared.to) {
        const body = {
          metric,
          from: span.from,
          to: span.to,
          compare_from: compared.from,
          compare_to: compared.to,
          // The document wants a text that is an object too.
          locale: locale as never,
        };
        return (await ask(api.POST('/v1/trends/explain', { body, signal }))) as Trends;
      }
      const query = { metric, from: span.from, to: span.to, locale, limit };
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
