import { Skeleton, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Cell, Result } from '~/api/types';
import { useLanguage } from '~/app/language';
import { formatUnit, toNumber } from '~/lib/format';
import { columnOf, records } from '~/lib/result';
import { Delta } from '~/ui/Delta';
import { Sparkline } from '~/ui/Sparkline';
import { Answer } from '~/ui/States';
import type { Told } from '~/ui/usePeriod';
import classes from './Overview.module.css';
import { useCourse, useSummary } from './useOverview';

const CARDS = [
  { metric: 'revenue', report: 'sales_over_time' },
  { metric: 'orders', report: 'sales_over_time' },
  { metric: 'average_order', report: 'sales_over_time' },
  { metric: 'customers', report: 'sales_over_time' },
  { metric: 'new_customers', report: 'new_vs_returning' },
  { metric: 'units', report: 'sales_over_time' },
] as const;

function figures(result: Result | undefined): Map<string, Record<string, Cell>> {
  return new Map(result ? records(result).map((row) => [String(row.metric), row]) : []);
}

export function Cards({ period }: { period: Told }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { now, before } = useSummary(period);
  const course = useCourse(period);
  const waiting = (
    <div className={classes.cards}>
      {CARDS.map(({ metric }) => (
        <Skeleton key={metric} height={144} radius="lg" />
      ))}
    </div>
  );
  const versus = period.say(period.compared);
  const link = { period: period.preset === 'custom' ? undefined : period.preset };
  const own = period.preset === 'custom' ? { from: period.span.days?.[0], to: period.span.days?.[1] } : {};
  return (
    <Answer query={now} loading={waiting}>
      {(result) => {
        const current = figures(result);
        const earlier = figures(period.compared ? before.data : undefined);
        // Before the first sale there is nothing to be held against.
        const wasNothing = toNumber(earlier.get('gross')?.value) === 0;
        return (
          <section className={classes.cards} aria-label={t('overview.cards')}>
            {CARDS.map(({ metric, report }) => {
              const unit = current.get(metric)?.unit as string | undefined;
              const value = toNumber(current.get(metric)?.value);
              const was = toNumber(earlier.get(metric)?.value);
              const change = value !== null && was !== null && was > 0 ? value / was - 1 : null;
              const source = metric === 'new_customers' ? course.newcomers.data : course.now.data;
              return (
                <Link
                  key={metric}
                  to="/reports/$id"
                  params={{ id: report }}
                  search={{ ...link, ...own }}
                  className={classes.card}
                  data-metric={metric}
                >
                  <Text size="xs" c="dimmed">
                    {t(`common.metrics.${metric}`)}
                  </Text>
                  <div className={classes.value} data-value={value ?? ''}>
                    {formatUnit(value, unit, language, { digits: metric === 'units' ? 0 : 2 })}
                  </div>
                  <div className={classes.change}>
                    <Delta change={change} />
                    {was !== null && versus && (
                      <Text span size="xs" c="dimmed">
                        {wasNothing
                          ? t('overview.was_nothing')
                          : t('common.comparisons.before', {
                              value: formatUnit(was, unit, language, { compact: true, digits: 0 }),
                            })}{' '}
                        <span className={classes.versus}>
                          {t('common.comparisons.versus', { span: versus })}
                        </span>
                      </Text>
                    )}
                  </div>
                  <Sparkline values={source ? columnOf(source, metric).map(toNumber) : []} />
                </Link>
              );
            })}
          </section>
        );
      }}
    </Answer>
  );
}
