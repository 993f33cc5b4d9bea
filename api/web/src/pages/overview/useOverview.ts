import { useQuery } from '@tanstack/react-query';
import { forecastQuery } from '~/api/insight';
import { reportQuery } from '~/api/reports';
import { useLanguage } from '~/app/language';
import { asQuery, grainOf } from '~/lib/period';
import type { Told } from '~/ui/usePeriod';

/** Steps ahead that are drawn behind the history. */
const AHEAD = { day: 14, week: 8, month: 6 } as const;

export function useSummary(period: Told) {
  const now = useQuery(reportQuery('sales_summary', asQuery(period.span)));
  // Asked for by its own days: so what stands beside a figure is what its label says.
  const before = useQuery({
    ...reportQuery('sales_summary', asQuery(period.compared)),
    enabled: period.compared !== undefined,
  });
  return { now, before };
}

/** The figures come first: asked for at once, all else of the page would wait with them for the same processors. */
export function useFiguresAreThere(period: Told): boolean {
  return useSummary(period).now.isFetched;
}

export function useCourse(period: Told) {
  const language = useLanguage();
  const figuresAreThere = useFiguresAreThere(period);
  const grain = grainOf(period.span);
  const now = useQuery({
    ...reportQuery('sales_over_time', { ...asQuery(period.span), grain }),
    enabled: figuresAreThere,
  });
  const before = useQuery({
    ...reportQuery('sales_over_time', { ...asQuery(period.compared), grain }),
    enabled: figuresAreThere && period.compared !== undefined,
  });
  const step = grain === 'hour' ? 'day' : grain;
  const newcomers = useQuery({
    ...reportQuery('new_vs_returning', { ...asQuery(period.span), grain: step }),
    enabled: figuresAreThere,
  });
  // A forecast belongs behind a period that reaches the present only.
  const reachesNow = grain !== 'hour' && (period.running || (period.span.to ?? '') >= period.today);
  const forecast = useQuery({
    ...forecastQuery({ metric: 'revenue', grain: step, horizon: AHEAD[step], locale: language }),
    enabled: figuresAreThere && reachesNow,
  });
  return { grain, now, before, newcomers, forecast, reachesNow };
}
