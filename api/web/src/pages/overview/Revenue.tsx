import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf, useLanguage } from '~/app/language';
import { formatStep, toNumber } from '~/lib/format';
import { columnOf } from '~/lib/result';
import { Panel } from '~/ui/Panel';
import { SqlPeek } from '~/ui/SqlPeek';
import { Answer, Empty, Loading } from '~/ui/States';
import { useDrill } from '~/ui/useDrill';
import type { Told } from '~/ui/usePeriod';
import { useCourse } from './useOverview';

/** How a drawing is made comes after the figures. */
const Course = lazy(() => import('./Course'));
const HEIGHT = 280;

export function Revenue({ period }: { period: Told }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { grain, now, before, forecast, reachesNow } = useCourse(period);
  const ahead = reachesNow ? forecast.data : undefined;
  const unit = now.data?.meta.currency ?? '';
  const { pick, drawer } = useDrill(
    { id: 'sales_over_time' },
    { grain, span: period.span, currency: unit },
    (result, row) =>
      [
        t('common.metrics.revenue'),
        formatStep(String(columnOf({ ...result, rows: [row] }, 'period')[0]), grain, language),
      ].join(' · '),
  );
  const notes = [
    period.say(period.span) ?? t('common.periods.all'),
    t('overview.revenue_note', { unit, grain: t(`overview.grain.${grain}`) }),
    ahead &&
      ahead.points.length > 0 &&
      t('overview.revenue_forecast', { model: textOf('common.models', ahead.model.name) }),
  ];
  return (
    <Panel
      title={t('overview.revenue')}
      note={now.data && notes.filter(Boolean).join(' · ')}
      actions={now.data && <SqlPeek sql={now.data.meta.sql} meta={now.data.meta} size="xs" />}
    >
      <Answer
        query={now}
        loading={<Loading rows={9} />}
        isEmpty={(result) =>
          columnOf(result, 'revenue').every((value) => !toNumber(value)) && !ahead?.points.length
        }
        empty={<Empty title={t('overview.no_sales')} text={t('overview.no_sales_text')} />}
      >
        {(result) => (
          <Suspense fallback={<Skeleton height={HEIGHT} radius="md" />}>
            <Course
              height={HEIGHT}
              result={result}
              before={period.compared ? before.data : undefined}
              ahead={ahead}
              grain={grain}
              unit={unit}
              earlier={period.say(period.compared) ?? t('overview.before')}
              language={language}
              onPick={pick && ((index) => result.rows[index] && pick(result, result.rows[index], 'revenue'))}
            />
          </Suspense>
        )}
      </Answer>
      {drawer}
    </Panel>
  );
}
