import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TreePart, Trends } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { type Step, waterfall } from '~/lib/charts/bars';
import { formatUnit } from '~/lib/format';
import { Chart, type Look } from '~/ui/Chart';
import { Panel } from '~/ui/Panel';

function partsOf({ tree }: Trends): TreePart[] {
  if (!tree) return [];
  return Array.isArray(tree) ? tree : (tree.parts ?? []);
}

/** The change as a waterfall: from what was to what is by its factors, or by its main causes where there are none. */
export function Tree({ trends }: { trends: Trends }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { total } = trends;
  const steps = useMemo<Step[]>(() => {
    const parts = partsOf(trends).map((part) => ({
      label: part.label ?? textOf('trends.tree_parts', part.factor ?? part.name ?? part.id),
      amount: part.contribution ?? part.amount ?? 0,
    }));
    if (parts.length === 0) return [];
    return [
      { label: t('trends.before'), amount: total.before, total: true },
      ...parts,
      { label: t('trends.after'), amount: total.after, total: true },
    ];
  }, [trends, total, t]);
  const option = useMemo(() => {
    const format = (value: number) => formatUnit(value, total.unit, language, { compact: true });
    return (look: Look) => waterfall(steps, format, look);
  }, [steps, total.unit, language]);
  // A server that does not take the change apart yet says nothing here, and neither do we.
  if (steps.length === 0) return null;
  return (
    <Panel title={t('trends.tree')} note={t('trends.tree_note', { unit: total.unit })}>
      <Chart title={t('trends.tree')} option={option} height={280} />
    </Panel>
  );
}
