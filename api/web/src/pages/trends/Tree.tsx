import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TreePart, Trends } from '~/api/types';
import { dimensionOf, textOf, useLanguage } from '~/app/language';
import { type Step, waterfall } from '~/lib/charts/bars';
import { formatUnit, isCurrency, NONE } from '~/lib/format';
import { groupBy } from '~/lib/group';
import { Chart, type Look } from '~/ui/Chart';
import { Panel } from '~/ui/Panel';
import { Factors, factorsOf } from './Factors';

/** The factors that sum to the change. */
export function partsOf(trends: Trends): TreePart[] {
  return factorsOf(trends).filter(({ parent }) => !parent);
}

/** Words for keys that are words of the server's own. */
const WORDS: Record<string, string> = {
  segment: 'customers.segments',
  customer_kind: 'assistant.kinds',
  weekday: 'reports.weekdays',
};

function keyText(dimension: string, key: string | null | undefined): string {
  const group = WORDS[dimension];
  return group ? textOf(group, key) || NONE : (key ?? NONE);
}

/** Causes that are told apart; the smaller ones are one step. */
const CAUSES = 6;

/**
 * The causes of one kind, so that none is counted twice: of the kind whose parts tell the most of the change. What they do
 * not tell is the last step.
 */
export function causesOf({
  findings,
  total,
}: Trends): { dimension: string; parts: TreePart[]; rest: number } | null {
  const drivers = findings.filter(({ kind, dimension }) => kind === 'driver' && dimension);
  const weight = (list: typeof drivers) => list.reduce((sum, one) => sum + Math.abs(one.contribution), 0);
  const [first] = groupBy(drivers, ({ dimension }) => dimension ?? '').sort(
    ([, a], [, b]) => weight(b) - weight(a),
  );
  if (!first) return null;
  const [dimension, all] = first;
  const parts = [...all]
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, CAUSES)
    .map(({ label, key, contribution }) => ({ label: keyText(dimension, label ?? key), contribution }));
  const told = parts.reduce((sum, { contribution }) => sum + contribution, 0);
  return { dimension, parts, rest: total.change - told };
}

/** The change as a waterfall: from what was to what is by its factors, or by its main causes where there are none. */
export function Tree({ trends }: { trends: Trends }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { total } = trends;
  const factors = partsOf(trends);
  const causes = factors.length === 0 ? causesOf(trends) : null;
  const steps = useMemo<Step[]>(() => {
    const found = partsOf(trends);
    const behind = found.length === 0 ? causesOf(trends) : null;
    const parts = (behind?.parts ?? found).map((part) => ({
      label: part.label ?? textOf('trends.tree_parts', part.factor ?? part.name ?? part.id),
      amount: part.contribution ?? part.amount ?? 0,
    }));
    if (parts.length === 0) return [];
    if (behind && Math.abs(behind.rest) > Math.abs(total.change) / 1000)
      parts.push({ label: t('trends.rest'), amount: behind.rest });
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
  // Where nothing tells what the change is made of, neither do we.
  if (steps.length === 0) return null;
  return (
    <Panel
      title={t('trends.tree')}
      note={[
        t('trends.tree_note', {
          unit: isCurrency(total.unit) ? total.unit : textOf('common.units', total.unit),
        }),
        causes && t('trends.tree_by', { dimension: dimensionOf(causes.dimension) }),
      ]
        .filter(Boolean)
        .join(' · ')}
    >
      <Chart title={t('trends.tree')} option={option} height={280} />
      <Factors trends={trends} />
    </Panel>
  );
}
