import { Button, Menu, Skeleton, TextInput, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconChevronDown, IconX } from '@tabler/icons-react';
import { type FormEvent, lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Metric, Plan, PlanFilter } from '~/api/assistant';
import { textOf } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { addDays } from '~/lib/day';
import { COMPARISONS, PRESETS, resolvePeriod } from '~/lib/period';
import { clockIn } from '~/lib/zone';
import classes from './Assistant.module.css';
import { useNames } from './names';
import {
  comparisonOf,
  daysOf,
  GRAINS,
  isStatement,
  withComparison,
  withDimension,
  withFilter,
  withGrain,
  withMetric,
  withPeriod,
} from './plan';

const OwnDates = lazy(() => import('~/ui/OwnDates'));

interface ChipProps {
  /** What part of the plan it is, for those who do not see where it stands. */
  name: string;
  text: ReactNode;
  children?: ReactNode;
  width?: number;
}

/** A part of the interpretation; a menu changes it. */
function Chip({ name, text, children, width }: ChipProps) {
  const inner = (
    <span>
      <VisuallyHidden>{name}: </VisuallyHidden>
      {text}
    </span>
  );
  if (!children) return <span className={classes.chip}>{inner}</span>;
  return (
    <Menu position="bottom-start" width={width}>
      <Menu.Target>
        <button type="button" className={classes.chip}>
          {inner}
          <IconChevronDown size={12} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.choices}>{children}</Menu.Dropdown>
    </Menu>
  );
}

interface ChipsProps {
  plan: Plan;
  onChange: (plan: Plan, told: string) => void;
}

/** What the question was read as. Each part can be changed, and the answer is worked out anew. */
export function Chips({ plan, onChange }: ChipsProps) {
  const { t } = useTranslation();
  const names = useNames();
  const free = isStatement(plan);
  const check = (chosen: boolean) => (chosen ? <IconCheck size={14} /> : null);
  const { metrics = [], dimensions = [], filters = [], grain } = plan;
  const known = names.dimensions(metrics[0]);
  return (
    <ul className={classes.chips} aria-label={t('assistant.read_as')}>
      {!free && (
        <li>
          <Chip name={t('assistant.intent')} text={textOf('assistant.intents', plan.intent)} />
        </li>
      )}
      {metrics.map((metric) => (
        <li key={metric} title={names.definition(metric)}>
          <Chip name={t('assistant.metric')} text={names.metric(metric)}>
            {names.metrics.length > 0 &&
              names.metrics.map((name) => (
                <Menu.Item
                  key={name}
                  rightSection={check(name === metric)}
                  onClick={() => onChange(withMetric(plan, name as Metric), names.metric(name))}
                >
                  {names.metric(name)}
                </Menu.Item>
              ))}
          </Chip>
        </li>
      ))}
      {dimensions.map((dimension, at) => (
        <li key={dimension}>
          <Chip name={t('assistant.by')} text={t('assistant.by_what', { what: names.dimension(dimension) })}>
            {free && (
              <>
                {known.map((name) => (
                  <Menu.Item
                    key={name}
                    rightSection={check(name === dimension)}
                    onClick={() =>
                      onChange(
                        withDimension(plan, at, name),
                        t('assistant.by_what', { what: names.dimension(name) }),
                      )
                    }
                  >
                    {names.dimension(name)}
                  </Menu.Item>
                ))}
                <Menu.Divider />
                <Menu.Item onClick={() => onChange(withDimension(plan, at, null), t('assistant.not_by'))}>
                  {t('assistant.not_by')}
                </Menu.Item>
              </>
            )}
          </Chip>
        </li>
      ))}
      {grain && (
        <li>
          <Chip name={t('common.grains.label')} text={textOf('common.grains', grain)}>
            {free &&
              GRAINS.map((name) => (
                <Menu.Item
                  key={name}
                  rightSection={check(name === grain)}
                  onClick={() => onChange(withGrain(plan, name), t(`common.grains.${name}`))}
                >
                  {t(`common.grains.${name}`)}
                </Menu.Item>
              ))}
          </Chip>
        </li>
      )}
      {filters.map((filter, at) => (
        <li key={`${filter.field}${at}`}>
          <FilterChip
            filter={filter}
            onChange={(values, told) => onChange(withFilter(plan, at, values), told)}
          />
        </li>
      ))}
      <li>
        <PeriodChip plan={plan} onChange={onChange} />
      </li>
      {(free || plan.compared_with) && plan.period?.from && (
        <li>
          <ComparisonChip plan={plan} onChange={onChange} />
        </li>
      )}
      {plan.limit && (
        <li>
          <Chip name={t('assistant.limit')} text={t('assistant.first', { count: plan.limit })} />
        </li>
      )}
    </ul>
  );
}

function PeriodChip({ plan, onChange }: ChipsProps) {
  const { t } = useTranslation();
  const { time_zone: zone } = useWorkspace();
  const [own, setOwn] = useState(false);
  const now = new Date();
  const { day: today, minutes } = clockIn(zone, now);
  const span = daysOf(plan.period, zone);
  const label = plan.period?.label || t('common.periods.all');
  const choose = (from: string | undefined, end: string | undefined, told: string) =>
    onChange(withPeriod(plan, from && end ? [from, end] : null, zone, now), told);
  return (
    <Menu position="bottom-start" closeOnItemClick={false} onClose={() => setOwn(false)}>
      <Menu.Target>
        <button type="button" className={classes.chip}>
          <span>
            <VisuallyHidden>{t('common.periods.label')}: </VisuallyHidden>
            {label}
            {plan.period?.running && `, ${t('common.periods.running')}`}
          </span>
          <IconChevronDown size={12} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.choices}>
        {own ? (
          <Suspense fallback={<Skeleton width={260} height={290} />}>
            <OwnDates
              span={span ? { days: [span[0], addDays(span[1], -1)] } : {}}
              today={today}
              onChoose={(from, to) => choose(from, addDays(to, 1), `${from} – ${to}`)}
            />
          </Suspense>
        ) : (
          <>
            {PRESETS.map((preset) => (
              <Menu.Item
                key={preset}
                closeMenuOnClick
                onClick={() => {
                  const resolved = resolvePeriod({ period: preset }, zone, { day: today, minutes });
                  choose(resolved.span.from, resolved.span.to, t(`common.periods.${preset}`));
                }}
              >
                {t(`common.periods.${preset}`)}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item onClick={() => setOwn(true)}>{t('common.periods.choose')}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function ComparisonChip({ plan, onChange }: ChipsProps) {
  const { t } = useTranslation();
  const { time_zone: zone } = useWorkspace();
  const now = new Date();
  const chosen = comparisonOf(plan, zone, now);
  const label = plan.compared_with?.label;
  const text = label ? t('common.comparisons.versus', { span: label }) : t(`common.comparisons.${chosen}`);
  const kinds = COMPARISONS.filter((kind) => kind !== 'none' || isStatement(plan));
  return (
    <Chip name={t('common.comparisons.label')} text={text}>
      {kinds.map((kind) => (
        <Menu.Item
          key={kind}
          rightSection={kind === chosen ? <IconCheck size={14} /> : null}
          onClick={() => onChange(withComparison(plan, kind, zone, now), t(`common.comparisons.${kind}`))}
        >
          {t(`common.comparisons.${kind}`)}
        </Menu.Item>
      ))}
    </Chip>
  );
}

interface FilterChipProps {
  filter: PlanFilter;
  onChange: (values: string[] | null, told: string) => void;
}

function FilterChip({ filter, onChange }: FilterChipProps) {
  const { t } = useTranslation();
  const names = useNames();
  const { field, op, values = [], labels = [] } = filter;
  const shown = values.map((value, index) => labels[index] ?? value);
  const name = field === 'order_amount' ? textOf('assistant.fields', field) : names.column(field);
  const how = op === 'in' ? ':' : ` ${textOf('assistant.operators', op)}`;
  const text = `${name}${how} ${shown.join(', ')}`.trim();
  const [typed, setTyped] = useState(values.join(', '));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const next = op === 'in' || op === 'not_in' || op === 'between' ? typed.split(/\s*,\s*/) : [typed.trim()];
    onChange(next.filter(Boolean), `${name}: ${typed}`);
  };
  return (
    <span className={classes.pair}>
      <Menu position="bottom-start" width={260}>
        <Menu.Target>
          <button type="button" className={classes.chip} data-closes>
            <span>
              <VisuallyHidden>{t('assistant.filter')}: </VisuallyHidden>
              {text}
            </span>
          </button>
        </Menu.Target>
        <Menu.Dropdown p="xs">
          <form onSubmit={submit}>
            <TextInput
              label={name}
              value={typed}
              data-autofocus
              onChange={(event) => setTyped(event.currentTarget.value)}
              onKeyDown={(event) => event.stopPropagation()}
            />
            <Button type="submit" size="xs" mt="xs" disabled={!typed.trim()}>
              {t('assistant.apply')}
            </Button>
          </form>
        </Menu.Dropdown>
      </Menu>
      <button
        type="button"
        className={classes.close}
        aria-label={t('assistant.without', { what: text })}
        onClick={() => onChange(null, t('assistant.without', { what: text }))}
      >
        <IconX size={12} aria-hidden />
      </button>
    </span>
  );
}
