import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { connectionQuery } from '~/api/keys';
import { useLanguage } from '~/app/language';
import { useIsLive } from '~/app/live';
import { withTexts } from '~/i18n';
import { formatAgo } from '~/lib/format';
import { type PeriodSearch, readPeriod } from '~/lib/period';
import { ConnectLink } from '~/ui/ConnectLink';
import { Page } from '~/ui/Page';
import { PeriodPicker } from '~/ui/PeriodPicker';
import { Empty } from '~/ui/States';
import { usePeriod } from '~/ui/usePeriod';
import { Cards } from './Cards';
import { Findings } from './Findings';
import classes from './Overview.module.css';
import { Revenue } from './Revenue';
import { Top } from './Top';

const REFRESH_MS = 30_000;

/** Only who has no records yet needs it. */
const SampleData = lazy(() => import('./SampleData').then((part) => ({ default: part.SampleData })));
// They come after the figures, with texts that the first page does without.
const Views = lazy(async () => ({ default: (await withTexts(import('~/pages/views/Views'))).Views }));

export function Overview() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/app/' });
  const navigate = useNavigate({ from: '/' });
  const period = usePeriod(search);
  const { data: connection } = useQuery({ ...connectionQuery(null), refetchInterval: REFRESH_MS });
  const change = (next: PeriodSearch) => void navigate({ search: (before) => ({ ...before, ...next }) });
  const last = connection?.last_record_at;
  const isNew = connection && connection.records.purchases === 0;
  return (
    <Page
      title={t('overview.title')}
      lead={<Freshness last={last} zone={period.zone} />}
      actions={
        !isNew && (
          <Suspense>
            <Views page="overview" onOpen={(next) => void navigate({ search: readPeriod(next) })} />
          </Suspense>
        )
      }
      filters={isNew ? undefined : <PeriodPicker period={period} onChange={change} comparable />}
    >
      {isNew ? (
        <Empty
          title={t('overview.no_records_title')}
          text={t('overview.no_records_text')}
          action={
            <Stack align="center" gap="md">
              <ConnectLink />
              <Suspense>
                <SampleData centred />
              </Suspense>
            </Stack>
          }
        />
      ) : (
        <div className={classes.stack}>
          <Suspense>
            <SampleData ifThere />
          </Suspense>
          <Findings period={period} />
          <Cards period={period} />
          <Revenue period={period} />
          <div className={classes.halves}>
            <Top kind="products" period={period} />
            <Top kind="customers" period={period} />
          </div>
        </div>
      )}
    </Page>
  );
}

/** Whether changes come by themselves, and when the last record did. */
function Freshness({ last, zone }: { last: string | null | undefined; zone: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const isLive = useIsLive();
  return (
    <span className={classes.live}>
      <span className={classes.dot} data-live={isLive || undefined} aria-hidden />
      {t(isLive ? 'overview.live' : 'overview.not_live')}
      {last && ` · ${t('overview.updated', { ago: formatAgo(last, language, zone) })}`}
    </span>
  );
}
