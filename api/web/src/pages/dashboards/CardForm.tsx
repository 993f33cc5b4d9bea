import { Button, Group, Input, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reportsQuery } from '~/api/reports';
import { type Card, type CardKind, savedReportsQuery } from '~/api/work';
import { dimensionOf, textOf, useLanguage } from '~/app/language';
import { METRICS } from '~/app/search';
import { Slice } from '~/pages/forecast/Slice';
import { ownParameters } from '~/pages/reports/own';
import { Parameters } from '~/pages/reports/Parameters';

const KINDS: CardKind[] = ['report', 'saved_report', 'metric', 'trend', 'forecast', 'text'];
const DIMENSIONS = ['product', 'category', 'channel', 'segment', 'customer_kind', 'weekday', 'hour'];
const ALL = 'all';

const SLICES = ['product_id', 'category', 'channel', 'segment'] as const;

/** Parameters as fields have them. */
function textsOf(query: Card['query']): Record<string, string> {
  const set = Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
}

interface CardFormProps {
  card?: Card;
  onSave: (card: Card) => void;
  onClose: () => void;
}

export function CardForm({ card, onSave, onClose }: CardFormProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const reports = useQuery(reportsQuery);
  const own = useQuery(savedReportsQuery);
  const [value, setValue] = useState<Card>(
    card ?? { title: '', kind: 'report', report: 'sales_over_time', width: 2 },
  );
  const set = (next: Partial<Card>) => setValue((before) => ({ ...before, ...next }));
  const chosen = reports.data?.find(({ id }) => id === value.report);
  const query = textsOf(value.query);
  const setQuery = (next: Record<string, string | undefined>) =>
    set({ query: Object.fromEntries(Object.entries({ ...query, ...next }).filter(([, text]) => text)) });
  const lacks = chosen && ownParameters(chosen).find(({ name, required }) => required && !query[name]);
  const by = SLICES.find((name) => query[name] !== undefined);
  const [slice, setSlice] = useState(by);
  const needed = {
    report: value.report && !lacks,
    saved_report: value.saved_report_id,
    text: value.text?.trim(),
    metric: value.metric,
    trend: value.metric,
    forecast: value.metric,
  }[value.kind];
  const usual = () => {
    if (value.kind === 'report') return chosen?.title[language] ?? '';
    if (value.kind === 'saved_report')
      return own.data?.find(({ id }) => id === value.saved_report_id)?.name ?? '';
    if (value.kind === 'text') return t('work.boards.kinds.text');
    const metric = t(`common.metrics.${(value.metric ?? 'revenue') as 'revenue'}`);
    return value.kind === 'metric' ? metric : `${t(`work.boards.kinds.${value.kind}`)}: ${metric}`;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (needed) onSave({ ...value, title: value.title?.trim() || usual() });
  };
  const choose = (kind: CardKind) => {
    const needsMetric = kind === 'metric' || kind === 'trend' || kind === 'forecast';
    setSlice(undefined);
    set({
      kind,
      query: {},
      metric: needsMetric ? (value.metric ?? 'revenue') : null,
      width: kind === 'metric' ? 1 : 2,
    });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(card ? 'work.boards.change_card' : 'work.boards.add')}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Select
            label={t('work.boards.kind')}
            value={value.kind}
            data={KINDS.map((kind) => ({ value: kind, label: t(`work.boards.kinds.${kind}`) }))}
            onChange={(kind) => kind && choose(kind as CardKind)}
          />
          {value.kind === 'report' && (
            <Select
              label={t('work.boards.report')}
              searchable
              value={value.report ?? null}
              data={(reports.data ?? []).map(({ id, title }) => ({ value: id, label: title[language] }))}
              onChange={(report) => report && set({ report, query: {} })}
            />
          )}
          {value.kind === 'report' && chosen && ownParameters(chosen).length > 0 && (
            <Input.Wrapper
              label={t('work.boards.query')}
              error={lacks && t('reports.required_text', { name: textOf('reports.names', lacks.name) })}
            >
              <Group gap="xs">
                <Parameters
                  report={chosen}
                  values={query}
                  onChange={(name, text) => setQuery({ [name]: text })}
                />
              </Group>
            </Input.Wrapper>
          )}
          {value.kind === 'saved_report' && (
            <Select
              label={t('work.boards.report')}
              searchable
              value={value.saved_report_id ?? null}
              placeholder={own.data?.length === 0 ? t('reports.own.empty') : undefined}
              data={(own.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              onChange={(id) => id && set({ saved_report_id: id })}
            />
          )}
          {value.metric && ['metric', 'trend', 'forecast'].includes(value.kind) && (
            <Select
              label={t('work.boards.metric')}
              value={value.metric}
              data={METRICS.map((metric) => ({ value: metric, label: t(`common.metrics.${metric}`) }))}
              onChange={(metric) => metric && set({ metric })}
            />
          )}
          {value.kind === 'forecast' && (
            <Input.Wrapper label={t('forecast.slice')}>
              <Group gap="xs">
                <Slice
                  by={slice}
                  value={slice && query[slice]}
                  onChange={(next) => {
                    const part = 'by' in next ? next.by : slice;
                    setSlice(part);
                    set({ query: part && next.value ? { [part]: next.value } : {} });
                  }}
                />
              </Group>
            </Input.Wrapper>
          )}
          {value.kind === 'trend' && (
            <Select
              label={t('work.boards.dimension')}
              value={value.dimension ?? ALL}
              data={[
                { value: ALL, label: t('work.boards.any_dimension') },
                ...DIMENSIONS.map((name) => ({ value: name, label: dimensionOf(name) })),
              ]}
              onChange={(name) => set({ dimension: name === ALL ? null : name })}
            />
          )}
          {value.kind === 'text' && (
            <Textarea
              label={t('work.boards.text')}
              autosize
              minRows={3}
              value={value.text ?? ''}
              onChange={(event) => set({ text: event.currentTarget.value })}
            />
          )}
          <TextInput
            label={t('work.boards.title')}
            placeholder={usual()}
            value={value.title ?? ''}
            maxLength={200}
            onChange={(event) => set({ title: event.currentTarget.value })}
          />
          <Select
            label={t('work.boards.width')}
            value={String(value.width ?? 1)}
            data={(['1', '2', '3', '4'] as const).map((width) => ({
              value: width,
              label: t('work.boards.quarters', { count: Number(width) }),
            }))}
            onChange={(width) => width && set({ width: Number(width) })}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.actions.cancel')}
            </Button>
            <Button type="submit" disabled={!needed}>
              {t('common.actions.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
