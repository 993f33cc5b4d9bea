import { Autocomplete, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { segmentRulesQuery } from '~/api/customers';
import { reportQuery } from '~/api/reports';
import { textOf } from '~/app/language';
import type { ForecastSearch } from '~/app/search';
import { useLater } from '~/app/useLater';
import { columnOf } from '~/lib/result';

const WHOLE = 'whole';
const BY = ['product_id', 'category', 'channel', 'segment'] as const;
type By = (typeof BY)[number];

const SOURCES: Record<Exclude<By, 'segment'>, [string, string]> = {
  product_id: ['top_products', 'product_id'],
  category: ['categories', 'key'],
  channel: ['channels', 'key'],
};

/** Values to choose from, the largest first. */
function useValues(by: By | undefined): string[] {
  const [report, column] = SOURCES[by === 'segment' || !by ? 'channel' : by];
  const found = useQuery({
    ...reportQuery(report, { limit: '100' }),
    enabled: by !== undefined && by !== 'segment',
  });
  const rules = useQuery({ ...segmentRulesQuery, enabled: by === 'segment' });
  if (by === 'segment') return [...new Set((rules.data?.rules ?? []).map(({ segment }) => segment))];
  return found.data
    ? columnOf(found.data, column)
        .filter((value) => value !== null)
        .map(String)
    : [];
}

interface SliceProps {
  by: By | undefined;
  value: string | undefined;
  onChange: (next: ForecastSearch) => void;
}

export function Slice({ by, value, onChange }: SliceProps) {
  const { t } = useTranslation();
  const values = useValues(by);
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const later = useLater((next: string) => onChange({ value: next || undefined }), 400);
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
          data={values.map((item) => ({ value: item, label: textOf('customers.segments', item) }))}
          value={value ?? null}
          onChange={(next) => onChange({ value: next ?? undefined })}
        />
      )}
      {by && by !== 'segment' && (
        <Autocomplete
          w={190}
          aria-label={t('forecast.value')}
          placeholder={t('forecast.value')}
          data={values}
          limit={30}
          value={text}
          onChange={(next) => {
            setText(next);
            later(next.trim());
          }}
        />
      )}
    </>
  );
}
