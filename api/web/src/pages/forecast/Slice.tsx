import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { segmentRulesQuery } from '~/api/customers';
import { reportQuery } from '~/api/reports';
import { textOf } from '~/app/language';
import type { ForecastSearch } from '~/app/search';
import { columnOf } from '~/lib/result';

const WHOLE = 'whole';
const BY = ['product_id', 'category', 'channel', 'segment'] as const;
type By = (typeof BY)[number];

/** The report that lists them, the column of the value, and that of its name. */
const SOURCES: Record<Exclude<By, 'segment'>, [string, string, string]> = {
  product_id: ['top_products', 'product_id', 'product'],
  category: ['categories', 'key', 'key'],
  channel: ['channels', 'key', 'key'],
};

interface Choice {
  value: string;
  label: string;
}

/** Values to choose from, the largest first. */
function useValues(by: By | undefined): Choice[] {
  const [report, column, name] = SOURCES[by === 'segment' || !by ? 'channel' : by];
  const found = useQuery({
    ...reportQuery(report, { limit: '100' }),
    enabled: by !== undefined && by !== 'segment',
  });
  const rules = useQuery({ ...segmentRulesQuery, enabled: by === 'segment' });
  if (by === 'segment')
    return [...new Set((rules.data?.rules ?? []).map(({ segment }) => segment))].map((value) => ({
      value,
      label: textOf('customers.segments', value),
    }));
  if (!found.data) return [];
  const names = columnOf(found.data, name);
  return columnOf(found.data, column).flatMap((value, index) =>
    value === null ? [] : [{ value: String(value), label: String(names[index] ?? value) }],
  );
}

interface SliceProps {
  by: By | undefined;
  value: string | undefined;
  onChange: (next: ForecastSearch) => void;
}

export function Slice({ by, value, onChange }: SliceProps) {
  const { t } = useTranslation();
  const values = useValues(by);
  const [sought, setSought] = useState('');
  // A value of a link, or of beyond the list, can be chosen by its own spelling.
  const own = [value, sought.trim()].filter((text): text is string => Boolean(text));
  const missing = own.filter((text) => !values.some((one) => one.value === text || one.label === text));
  const choices = [...values, ...[...new Set(missing)].map((text) => ({ value: text, label: text }))];
  return (
    <>
      <Select
        w={170}
        aria-label={t('forecast.slice')}
        value={by ?? WHOLE}
        onChange={(next) => onChange({ by: next === WHOLE ? undefined : (next as By), value: undefined })}
        data={[
          { value: WHOLE, label: t('forecast.whole') },
          ...BY.map((item) => ({ value: item, label: t(`forecast.by.${item}`) })),
        ]}
      />
      {by === 'segment' && (
        <Select
          w={190}
          aria-label={t('forecast.value')}
          placeholder={t('forecast.value')}
          data={values}
          value={value ?? null}
          onChange={(next) => onChange({ value: next ?? undefined })}
        />
      )}
      {by && by !== 'segment' && (
        <Select
          w={230}
          searchable
          aria-label={t('forecast.value')}
          placeholder={t('forecast.value')}
          data={choices}
          limit={50}
          value={value ?? null}
          onSearchChange={setSought}
          onChange={(next) => onChange({ value: next ?? undefined })}
        />
      )}
    </>
  );
}
