import { Alert, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportFigures, ImportSum } from '~/api/imports';
import { textOf, useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatMoney, formatNumber, formatStep } from '~/lib/format';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import classes from './Imports.module.css';

export function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="lg" fw={600} className="figure" data-figure={label}>
        {value}
      </Text>
    </div>
  );
}

/** What a file would come to: to be held against what the shop itself says. */
export function Figures({ figures }: { figures: ImportFigures }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const count = (value: number) => formatNumber(value, language);
  const repeated = figures.repeated ?? 0;
  const period = (key: string) => {
    if (!key) return t('imports.figures.no_time');
    return key.length > 4 ? formatStep(`${key}-01`, 'month', language) : key;
  };
  return (
    <Panel title={t('imports.figures.title')} note={t('imports.figures.note')}>
      <Stack gap="md">
        <div className={classes.figures}>
          <Figure label={t('imports.figures.good')} value={count(figures.good)} />
          <Figure label={t('imports.figures.rows')} value={count(figures.rows)} />
          <Figure label={t('imports.figures.customers')} value={count(figures.customers)} />
          <Figure label={t('imports.figures.bad')} value={count(figures.bad)} />
          <Figure label={t('imports.figures.known')} value={count(figures.known)} />
        </div>
        {figures.losing > 0 && (
          <Alert
            color="yellow"
            variant="light"
            role="alert"
            title={t('imports.figures.losing', { count: figures.losing })}
          >
            {t('imports.figures.losing_text')}
            <DataTable
              label={t('imports.figures.losing_label')}
              heads={[
                t('imports.figures.purchase'),
                t('imports.figures.lines_stored'),
                t('imports.figures.lines_in_file'),
              ]}
              figures={[1, 2]}
              rows={figures.would_lose.map((one) => ({
                key: one.purchase_id,
                cells: [one.purchase_id, count(one.stored), count(one.in_file)],
              }))}
            />
          </Alert>
        )}
        {repeated > 0 && <Text size="sm">{t('imports.figures.repeated', { count: repeated })}</Text>}
        {figures.as_other > 0 && (
          <Text size="sm">{t('imports.figures.as_other', { count: figures.as_other })}</Text>
        )}
        <div className={classes.tables}>
          <Sums label={t('imports.figures.periods')} sums={figures.periods} name={period} />
          <Sums
            label={t('imports.figures.statuses')}
            sums={figures.statuses}
            name={(key) => textOf('imports.purchase_statuses', key)}
          />
          <Sums label={t('imports.figures.left_out')} sums={figures.left_out} name={(key) => key} />
        </div>
        {figures.examples.length > 0 && (
          <div>
            <Text size="sm" fw={500} mb={4}>
              {t('imports.figures.examples')}
            </Text>
            {figures.examples.map((example, at) => (
              <pre key={at} className={classes.example}>
                {JSON.stringify(example, null, 1)}
              </pre>
            ))}
          </div>
        )}
      </Stack>
    </Panel>
  );
}

function Sums({ label, sums, name }: { label: string; sums: ImportSum[]; name: (key: string) => string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  // Where a file names no money, it is the workspace's.
  const { currency } = useWorkspace();
  if (sums.length === 0) return null;
  return (
    <DataTable
      label={label}
      wraps={[0]}
      figures={[1, 2]}
      heads={[label, t('imports.figures.records'), t('imports.figures.amount')]}
      rows={sums.map((sum) => ({
        key: `${sum.key} ${sum.currency ?? ''}`,
        cells: [
          name(sum.key),
          formatNumber(sum.records, language),
          formatMoney(sum.amount, sum.currency ?? currency, language, { column: true }),
        ],
      }))}
    />
  );
}
