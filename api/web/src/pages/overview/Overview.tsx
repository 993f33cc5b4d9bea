import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { connectionQuery } from '~/api/keys';
import { useLanguage } from '~/app/language';
import { formatAgo } from '~/lib/format';
import type { PeriodSearch } from '~/lib/period';
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

export function Overview() {
  const { t } = useTranslation();
  const language = useLanguage();
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
      lead={last ? t('overview.updated', { ago: formatAgo(last, language, Date.now()) }) : undefined}
      filters={isNew ? undefined : <PeriodPicker period={period} onChange={change} comparable />}
    >
      {isNew ? (
        <Empty
          title={t('overview.no_records_title')}
          text={t('overview.no_records_text')}
          action={<ConnectLink />}
        />
      ) : (
        <div className={classes.stack}>
          <Cards period={period} />
          <div className={classes.wide}>
            <Revenue period={period} />
            <Findings period={period} />
          </div>
          <div className={classes.halves}>
            <Top kind="products" period={period} />
            <Top kind="customers" period={period} />
          </div>
        </div>
      )}
    </Page>
  );
}
