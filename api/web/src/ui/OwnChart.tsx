import '@mantine/core/styles/Pill.css';
import '@mantine/core/styles/PillsInput.css';
import { Group, MultiSelect, Select } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '~/api/types';
import type { ChartKind, OwnChart } from '~/api/work';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { ownDrawing } from '~/lib/charts/own';
import { isNumeric } from '~/lib/plain';
import { Chart } from './Chart';

const KINDS: ChartKind[] = ['none', 'line', 'bar', 'area', 'pie'];

interface OwnChartViewProps {
  title: string;
  result: Result;
  chart: OwnChart;
  height?: number;
}

/** A result drawn as its owner wants it. */
export function OwnChartView({ title, result, chart, height }: OwnChartViewProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const drawing = useMemo(
    () => ownDrawing(result, chart, { language, zone, rest: t('common.chart.rest') }),
    [result, chart, language, zone, t],
  );
  if (!drawing) return null;
  return <Chart title={title} option={drawing.option} height={height ?? drawing.height} />;
}

interface ChartFieldsProps {
  result: Result;
  chart: OwnChart;
  onChange: (chart: OwnChart) => void;
}

/** What is drawn, over what, and how. */
export function ChartFields({ result, chart, onChange }: ChartFieldsProps) {
  const { t } = useTranslation();
  const names = [...new Set(result.columns.map(({ name }) => name))];
  const figures = [...new Set(result.columns.filter(isNumeric).map(({ name }) => name))];
  const figured = (chart.y ?? []).filter((name) => figures.includes(name));
  return (
    <Group gap="xs">
      <Select
        size="xs"
        w={130}
        aria-label={t('common.chart.kind')}
        value={chart.kind}
        data={KINDS.map((kind) => ({ value: kind, label: t(`common.chart.kinds.${kind}`) }))}
        onChange={(kind) => kind && onChange({ ...chart, kind: kind as ChartKind })}
      />
      {chart.kind !== 'none' && (
        <>
          <Select
            size="xs"
            w={170}
            aria-label={t('common.chart.x')}
            value={chart.x && names.includes(chart.x) ? chart.x : null}
            placeholder={t('common.chart.x')}
            data={names}
            onChange={(x) => x && onChange({ ...chart, x })}
          />
          <MultiSelect
            size="xs"
            miw={190}
            aria-label={t('common.chart.y')}
            placeholder={figured.length === 0 ? t('common.chart.y') : undefined}
            value={figured}
            data={figures}
            maxValues={6}
            onChange={(y) => onChange({ ...chart, y })}
          />
        </>
      )}
    </Group>
  );
}
