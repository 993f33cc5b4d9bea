import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { metricsQuery } from '~/api/assistant';
import { textOf, useLanguage } from '~/app/language';
import { i18n } from '~/i18n';

export interface Names {
  metrics: string[];
  dimensions: (metric: string | undefined) => string[];
  metric: (name: string) => string;
  dimension: (name: string) => string;
  /** A column of a result: a metric, what it is compared with, a key. */
  column: (name: string) => string;
  definition: (metric: string) => string | undefined;
}

/** What things are called: by the server's catalogue, and by our own texts until it is there. */
export function useNames(): Names {
  const language = useLanguage();
  const { data } = useQuery(metricsQuery);
  return useMemo(() => {
    const metrics = new Map(data?.metrics.map((metric) => [metric.name, metric]));
    const dimensions = new Map(data?.dimensions.map((dimension) => [dimension.name, dimension]));
    const metric = (name: string) => metrics.get(name)?.title[language] ?? textOf('common.metrics', name);
    const dimension = (name: string) =>
      dimensions.get(name)?.title[language] ?? textOf('assistant.fields', name.replace(/^attributes\./, ''));
    const column = (name: string) => {
      const [, base = name, part] = /^(.+?)_(before|change|whole)$/.exec(name) ?? [];
      const told =
        metrics.has(base) || i18n.exists(`common.metrics.${base}`) ? metric(base) : dimension(base);
      return part ? `${told}, ${textOf('assistant.columns', part)}` : told;
    };
    return {
      metrics: [...metrics.keys()],
      dimensions: (name) => (name && metrics.get(name)?.dimensions) || [...dimensions.keys()],
      metric,
      dimension,
      column,
      definition: (name) => metrics.get(name)?.definition[language],
    };
  }, [data, language]);
}
