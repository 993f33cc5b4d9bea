import { Group, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Cell, Recommendation } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { plainColumns } from '~/lib/plain';
import { Grid } from '~/ui/Grid';
import { AnchorLink } from '~/ui/links';
import { SqlPeek } from '~/ui/SqlPeek';
import { Tag } from '~/ui/Tag';
import classes from './Recommendations.module.css';

export function Details({ advice }: { advice: Recommendation }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const { evidence, customers, products, expected } = advice;
  const named = evidence.columns.map((column) => ({
    ...column,
    name: textOf('recommendations.columns', column.name),
  }));
  const rows = evidence.rows as unknown as Cell[][];
  return (
    <div className={classes.details}>
      <section>
        <Group justify="space-between" mb={6}>
          <Title order={3}>{t('recommendations.evidence')}</Title>
          <SqlPeek sql={evidence.sql} size="xs" />
        </Group>
        <Grid
          label={t('recommendations.evidence')}
          columns={plainColumns(named, language, zone, rows)}
          rows={rows}
          rowKey={(_, index) => String(index)}
          maxHeight={260}
        />
      </section>
      {customers.length > 0 && (
        <section>
          <Title order={3}>{t('recommendations.customers')}</Title>
          {advice.status === 'new' && (
            <Text size="xs" c="dimmed">
              {t('recommendations.accepted_note')}
            </Text>
          )}
          <ul className={classes.people} tabIndex={0}>
            {customers.map((customer) => (
              <li key={customer.customer_id}>
                <AnchorLink to="/customers/$id" params={{ id: customer.customer_id }} size="sm">
                  {customer.name ?? customer.customer_id}
                </AnchorLink>
                {customer.held_out && (
                  <>
                    {' '}
                    <Tag tone="warn">{t('recommendations.held_out')}</Tag>
                  </>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {products.length > 0 && (
        <section>
          <Title order={3}>{t('recommendations.products')}</Title>
          <Text size="sm">{products.map(({ product, product_id }) => product ?? product_id).join(', ')}</Text>
        </section>
      )}
      <section>
        <Title order={3}>{t('recommendations.method')}</Title>
        <Text size="sm">{expected.explanation}</Text>
      </section>
      <section>
        <Title order={3}>{t('recommendations.falsified')}</Title>
        <Text size="sm">{advice.falsified_by}</Text>
      </section>
    </div>
  );
}
