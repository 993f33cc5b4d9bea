import { Anchor, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CustomerCard } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatDate, formatNumber } from '~/lib/format';
import { Panel } from '~/ui/Panel';
import { Tag } from '~/ui/Tag';
import classes from './CustomerView.module.css';

/** Contacts, attributes, and what the risk rests on. */
export function Facts({ customer }: { customer: CustomerCard }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const attributes = Object.entries(customer.attributes as Record<string, unknown>);
  const rows: [string, React.ReactNode][] = [
    ...(customer.email
      ? [
          [
            t('customers.fields.email'),
            <Anchor key="m" href={`mailto:${customer.email}`} size="sm">
              {customer.email}
            </Anchor>,
          ] as [string, React.ReactNode],
        ]
      : []),
    ...(customer.phone
      ? [
          [
            t('customers.fields.phone'),
            <Anchor key="p" href={`tel:${customer.phone}`} size="sm">
              {customer.phone}
            </Anchor>,
          ] as [string, React.ReactNode],
        ]
      : []),
    [
      t('customers.fields.created_at'),
      formatDate(customer.created_at ?? customer.updated_at, language, zone),
    ],
    [t('customers.card.expected'), formatNumber(customer.expected_purchases, language, { digits: 1 })],
    ...attributes.map(([name, value]): [string, React.ReactNode] => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  ];
  return (
    <>
      <Panel title={t('customers.card.contacts')}>
        <dl className={classes.facts}>
          {rows.map(([name, value]) => [<dt key={`${name}-t`}>{name}</dt>, <dd key={name}>{value}</dd>])}
        </dl>
      </Panel>
      {customer.consent.length > 0 && (
        <Panel title={t('customers.card.consent')}>
          <dl className={classes.facts}>
            {customer.consent.map(({ channel, given, source, at }) => [
              <dt key={`${channel}-t`}>{textOf('customers.consent.channels', channel)}</dt>,
              <dd key={channel}>
                <Tag tone={given ? 'good' : 'bad'}>
                  {t(`customers.consent.${given ? 'given' : 'refused'}`)}
                </Tag>{' '}
                <Text span size="xs" c="dimmed">
                  {[source, at && formatDate(at, language, zone)].filter(Boolean).join(', ')}
                </Text>
              </dd>,
            ])}
          </dl>
        </Panel>
      )}
      {customer.churn_reasons.length > 0 && (
        <Panel title={t('customers.card.reasons')}>
          {customer.churn_reasons.map((reason) => (
            <Text key={reason} size="sm">
              {reason}
            </Text>
          ))}
        </Panel>
      )}
    </>
  );
}
