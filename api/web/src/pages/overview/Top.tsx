import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { reportQuery } from '~/api/reports';
import { useLanguage } from '~/app/language';
import { formatNumber, formatPercent, formatUnit, toNumber } from '~/lib/format';
import { asQuery } from '~/lib/period';
import { records } from '~/lib/result';
import { AnchorLink } from '~/ui/links';
import { Panel } from '~/ui/Panel';
import { SqlPeek } from '~/ui/SqlPeek';
import { Answer, Empty } from '~/ui/States';
import type { Told } from '~/ui/usePeriod';
import classes from './Overview.module.css';
import { useFiguresAreThere } from './useOverview';

const SHOWN = 7;

const KINDS = {
  products: { report: 'top_products', name: 'product', id: 'product_id' },
  customers: { report: 'top_customers', name: 'name', id: 'customer_id' },
} as const;

export function Top({ kind, period }: { kind: keyof typeof KINDS; period: Told }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { report, name, id } = KINDS[kind];
  const query = useQuery({
    ...reportQuery(report, { ...asQuery(period.span), limit: String(SHOWN) }),
    enabled: useFiguresAreThere(period),
  });
  const unit = query.data?.meta.currency ?? '';
  const search =
    period.preset === 'custom'
      ? { from: period.span.days?.[0], to: period.span.days?.[1] }
      : { period: period.preset };
  return (
    <Panel
      title={t(`overview.top.${kind}`)}
      note={[period.say(period.span) ?? t('common.periods.all'), unit].filter(Boolean).join(' · ')}
      actions={
        <>
          {query.data && <SqlPeek sql={query.data.meta.sql} meta={query.data.meta} bare />}
          <AnchorLink to="/reports/$id" params={{ id: report }} search={search} size="xs">
            {t('common.actions.show_all')}
          </AnchorLink>
        </>
      }
    >
      <Answer
        query={query}
        isEmpty={({ rows }) => rows.length === 0}
        empty={<Empty title={t('overview.no_sales')} />}
      >
        {(result) => {
          const rows = records(result);
          const most = Math.max(...rows.map((row) => toNumber(row.revenue) ?? 0), 0);
          return (
            <ol className={`${classes.list} ${classes.tops}`}>
              {rows.map((row) => {
                const revenue = toNumber(row.revenue) ?? 0;
                const label = String(row[name] ?? row[id] ?? t('overview.unnamed'));
                const orders = toNumber(row.orders) ?? 0;
                return (
                  <li key={String(row[id])} className={classes.row}>
                    {kind === 'customers' ? (
                      <AnchorLink
                        to="/customers/$id"
                        params={{ id: String(row.customer_id) }}
                        className="truncate"
                        size="sm"
                      >
                        {label}
                      </AnchorLink>
                    ) : (
                      <span className="truncate" title={label}>
                        {label}
                      </span>
                    )}
                    <span className="num">{formatUnit(revenue, unit, language, { column: true })}</span>
                    <Text span size="xs" c="dimmed" className="num">
                      {row.share !== undefined
                        ? t('overview.share', {
                            share: formatPercent(row.share as number, language, 1, true),
                          })
                        : t('overview.orders_of', { count: orders, shown: formatNumber(orders, language) })}
                    </Text>
                    <span className={classes.bar} aria-hidden="true">
                      <span style={{ width: `${most > 0 ? Math.max(0, (revenue / most) * 100) : 0}%` }} />
                    </span>
                  </li>
                );
              })}
            </ol>
          );
        }}
      </Answer>
    </Panel>
  );
}
