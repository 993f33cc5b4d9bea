import { Button, Drawer, Group, SegmentedControl, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sqlQuery } from '~/api/sql';
import type { Cell, Result } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { DRILL_ROWS, drillStatements } from '~/lib/drill';
import { formatMoney, formatNumber, toNumber } from '~/lib/format';
import { isNumeric, plainCell } from '~/lib/plain';
import { records } from '~/lib/result';
import { sortRows } from '~/lib/sort';
import { Grid, type GridColumn } from '~/ui/Grid';
import { AnchorLink, ButtonLink } from '~/ui/links';
import { Answer, Empty, Loading } from '~/ui/States';

interface DrillProps {
  /** What was chosen. */
  title: string;
  /** What picks its lines. */
  lines: string;
  currency: string;
  onClose: () => void;
}

const SHOWN = ['purchases', 'customers'] as const;

/** So that the money stands in sight. */
const WIDTHS: Record<string, number> = {
  occurred_at: 172,
  last_at: 172,
  purchase_id: 104,
  product: 180,
  name: 180,
  quantity: 104,
};

/** Columns of known words, and where their texts are. */
const WORDS: Record<string, string> = { status: 'customers.statuses', kind: 'customers.line_kinds' };

/** The purchases and the customers behind a row of a report, and what they come to. */
export default function Drill({ title, lines, currency, onClose }: DrillProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [shown, setShown] = useState<(typeof SHOWN)[number]>('purchases');
  const sql = drillStatements[shown](lines);
  const total = useQuery(sqlQuery(drillStatements.total(lines)));
  const query = useQuery(sqlQuery(sql));
  const sums = total.data && records(total.data)[0];
  const count = (name: string) => toNumber(sums?.[name]) ?? 0;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={900}
      title={t('reports.drill.title')}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <Text fw={600}>{title}</Text>
      {sums && (
        <Text size="sm" c="dimmed" role="status" data-amount={toNumber(sums.amount) ?? 0}>
          {[
            formatMoney(toNumber(sums.amount) ?? 0, currency, language),
            t('reports.drill.purchases_of', {
              count: count('purchases'),
              shown: formatNumber(count('purchases'), language),
            }),
            t('reports.drill.customers_of', {
              count: count('customers'),
              shown: formatNumber(count('customers'), language),
            }),
          ].join(' · ')}
        </Text>
      )}
      <Group justify="space-between" my="xs">
        <SegmentedControl
          size="xs"
          aria-label={t('reports.drill.title')}
          value={shown}
          onChange={(value) => setShown(value as typeof shown)}
          data={SHOWN.map((value) => ({ value, label: t(`reports.drill.${value}`) }))}
        />
        <ButtonLink
          to="/sql"
          search={{ q: sql }}
          size="xs"
          variant="default"
          leftSection={<IconExternalLink size={14} />}
        >
          {t('common.query.open')}
        </ButtonLink>
      </Group>
      <Answer
        query={query}
        loading={<Loading rows={10} />}
        isEmpty={({ rows }) => rows.length === 0}
        empty={<Empty title={t('reports.drill.none')} />}
      >
        {(result) => <Behind result={result} label={t(`reports.drill.${shown}`)} currency={currency} />}
      </Answer>
      {query.data?.rows.length === DRILL_ROWS && (
        <Text size="xs" c="dimmed" mt={6}>
          {t('reports.drill.cut', { shown: formatNumber(DRILL_ROWS, language) })}
        </Text>
      )}
      <Group justify="flex-end" mt="sm">
        <Button variant="default" onClick={onClose}>
          {t('common.actions.close')}
        </Button>
      </Group>
    </Drawer>
  );
}

function Behind({ result, label, currency }: { result: Result; label: string; currency: string }) {
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const [sort, setSort] = useState<string>();
  const columns = useMemo<GridColumn<Cell[]>[]>(() => {
    const customerAt = result.columns.findIndex(({ name }) => name === 'customer_id');
    return result.columns.map((column, index) => ({
      id: String(index),
      title: textOf('reports.drill.columns', column.name),
      numeric: isNumeric(column),
      width: WIDTHS[column.name] ?? 96,
      sortable: true,
      cell: (row) => {
        const value = row[index];
        if (column.name === 'amount')
          return formatMoney(value as number, currency, language, { column: true });
        const words = WORDS[column.name];
        if (words) return textOf(words, value === null || value === undefined ? null : String(value));
        const text = plainCell(column, value, language, zone);
        const customer = row[customerAt];
        const leads = (column.name === 'customer_id' || column.name === 'name') && customer && value;
        return leads ? (
          <AnchorLink to="/customers/$id" params={{ id: String(customer) }} size="sm">
            {text}
          </AnchorLink>
        ) : (
          text
        );
      },
    }));
  }, [result, language, zone, currency]);
  const rows = useMemo(() => {
    if (!sort) return result.rows;
    const index = Number.parseInt(sort.replace(/^-/, ''), 10);
    return sortRows(result.rows, (row) => row[index], sort.startsWith('-'));
  }, [result, sort]);
  return (
    <Grid
      label={label}
      columns={columns}
      rows={rows}
      rowKey={(_, index) => String(index)}
      sort={sort}
      onSort={setSort}
      maxHeight={560}
    />
  );
}
