import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CustomerCard } from '~/api/types';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatAgo, formatDate, formatMoney, formatNumber, formatPercent } from '~/lib/format';
import classes from './CustomerView.module.css';

/** What the customer is worth, each figure with its span or its definition. */
export function Figures({ customer }: { customer: CustomerCard }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const money = (value: number | null | undefined) => formatMoney(value, customer.currency, language);
  const known = (value: unknown, note: string) =>
    value === null || value === undefined ? t('customers.card.unknown') : note;
  const figures = [
    { name: t('customers.fields.revenue'), value: money(customer.revenue), note: t('customers.card.whole') },
    {
      name: t('customers.fields.orders'),
      value: formatNumber(customer.orders, language),
      note: customer.first_purchase_at
        ? t('customers.card.since', { date: formatDate(customer.first_purchase_at, language, zone) })
        : t('customers.card.whole'),
    },
    {
      name: t('customers.fields.average_order'),
      value: money(customer.average_order),
      note: t('customers.card.whole'),
    },
    {
      name: t('customers.fields.last_purchase_at'),
      value: formatDate(customer.last_purchase_at, language, zone),
      note: customer.last_purchase_at ? formatAgo(customer.last_purchase_at, language, zone) : '',
    },
    {
      name: t('customers.fields.predicted_clv'),
      value: money(customer.predicted_clv),
      note: known(customer.predicted_clv, t('customers.card.clv_note')),
    },
    {
      name: t('customers.fields.churn_risk'),
      value: formatPercent(customer.churn_risk, language, 0),
      note: known(
        customer.churn_risk,
        t('customers.card.risk_note', { days: customer.churn_horizon_days ?? 365 }),
      ),
    },
  ];
  return (
    <div className={classes.figures}>
      {figures.map(({ name, value, note }) => (
        <div key={name} className={classes.figure}>
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <div className={classes.value}>{value}</div>
          <Text size="xs" c="dimmed">
            {note}
          </Text>
        </div>
      ))}
    </div>
  );
}
