import { Button, Group, NumberInput, Select, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Retention } from '~/api/accounts';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';
import { sqlQuery } from '~/api/sql';
import { useLanguage } from '~/app/language';
import { fieldText } from '~/app/problems';
import { useAllowed, useWorkspace } from '~/app/session';
import { addMonths } from '~/lib/day';
import { formatDay, formatNumber } from '~/lib/format';
import { clockIn } from '~/lib/zone';
import { Confirm } from '~/ui/Confirm';
import { Panel } from '~/ui/Panel';
import { useAct } from '~/ui/useAct';
import classes from './Settings.module.css';

const KINDS = ['purchases', 'interactions', 'customers'] as const;
type Kind = (typeof KINDS)[number];

/** Lengths to choose from, in months; any other may be typed. */
const MONTHS = [6, 12, 24, 36, 60, 84, 120];
const MOST = 1_200;
const EVER = 'ever';
const OWN = 'own';

/** How long records are kept, and what becomes of late ones of people who are gone. */
export default function RetentionPart() {
  return (
    <>
      <Keeping />
      <LateRecords />
    </>
  );
}

const RULES = ['guest', 'refuse', 'anew'] as const;

/** What an app sends late of somebody who was erased: a server that has no such rule shows nothing of it. */
function LateRecords() {
  const { t } = useTranslation();
  const { id, erased_records: rule } = useWorkspace();
  const mayChange = useAllowed('admin');
  const change = useAct({
    run: (erased_records: (typeof RULES)[number]) =>
      ask(api.PATCH('/v1/workspaces/{id}', { params: { path: { id } }, body: { erased_records } })),
    touches: ['me', 'workspaces', 'audit'],
    done: () => t('settings.workspace.saved'),
  });
  if (!rule) return null;
  return (
    <Panel title={t('settings.late.title')} note={t('settings.late.note')}>
      <div className={classes.form}>
        <Select
          label={t('settings.late.rule')}
          disabled={!mayChange || change.isPending}
          allowDeselect={false}
          data={RULES.map((value) => ({ value, label: t(`settings.late.rules.${value}`) }))}
          value={rule}
          onChange={(value) => {
            const chosen = RULES.find((one) => one === value);
            if (chosen) change.mutate(chosen);
          }}
        />
      </div>
    </Panel>
  );
}

/** How long records are kept. What is older is deleted in the night, so that nothing goes at the press of a button. */
function Keeping() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const mayChange = useAllowed('admin');
  const [months, setMonths] = useState<Retention>(workspace.retention);
  const [asking, { open, close }] = useDisclosure(false);
  const save = useAct({
    run: () =>
      ask(
        api.PATCH('/v1/workspaces/{id}', {
          params: { path: { id: workspace.id } },
          body: { retention: months },
        }),
      ),
    touches: ['me', 'workspaces', 'audit'],
    done: () => {
      close();
      return t('settings.retention.saved');
    },
    quiet: true,
  });
  const changed = KINDS.filter((kind) => (months[kind] ?? null) !== (workspace.retention[kind] ?? null));
  const shorter = changed.some((kind) => {
    const before = workspace.retention[kind] ?? Number.POSITIVE_INFINITY;
    return (months[kind] ?? Number.POSITIVE_INFINITY) < before;
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Keeping more needs no second thought.
    if (shorter) open();
    else save.mutate();
  };
  return (
    <Panel title={t('settings.retention.title')} note={t('settings.retention.note')}>
      <form onSubmit={submit} className={classes.form}>
        {KINDS.map((kind) => (
          <Months
            key={kind}
            kind={kind}
            months={months[kind] ?? null}
            disabled={!mayChange}
            error={fieldText(problem?.fields[`retention.${kind}`])}
            onChange={(next) => setMonths((before) => ({ ...before, [kind]: next }))}
          />
        ))}
        {mayChange && (
          <Group>
            <Button type="submit" loading={save.isPending && !asking} disabled={changed.length === 0}>
              {t('common.actions.save')}
            </Button>
          </Group>
        )}
      </form>
      {asking && (
        <Confirm
          title={t('settings.retention.confirm_title')}
          text={t('settings.retention.confirm_text')}
          button={t('settings.retention.confirm')}
          typed={{
            label: t('settings.workspace.delete_confirm', { name: workspace.name }),
            text: workspace.name,
          }}
          busy={save.isPending}
          error={save.error}
          onConfirm={() => save.mutate()}
          onClose={close}
        />
      )}
    </Panel>
  );
}

interface MonthsProps {
  kind: Kind;
  /** Null: for ever. */
  months: number | null;
  disabled: boolean;
  error?: string;
  onChange: (months: number | null) => void;
}

function Months({ kind, months, disabled, error, onChange }: MonthsProps) {
  const { t } = useTranslation();
  const isListed = months === null || MONTHS.includes(months);
  const [own, setOwn] = useState(!isListed);
  const choose = (value: string | null) => {
    setOwn(value === OWN);
    if (value === EVER) onChange(null);
    else if (value && value !== OWN) onChange(Number(value));
    else if (value === OWN && months === null) onChange(12);
  };
  return (
    <div>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <Select
          flex={1}
          label={t(`settings.retention.kinds.${kind}`)}
          description={t(`settings.retention.hints.${kind}`)}
          disabled={disabled}
          allowDeselect={false}
          error={error}
          data={[
            { value: EVER, label: t('settings.retention.ever') },
            ...MONTHS.map((count) => ({
              value: String(count),
              label: t('settings.retention.months', { count }),
            })),
            { value: OWN, label: t('settings.retention.own') },
          ]}
          value={own ? OWN : months === null ? EVER : String(months)}
          onChange={choose}
        />
        {own && (
          <NumberInput
            w={110}
            aria-label={t('settings.retention.count', { kind: t(`settings.retention.kinds.${kind}`) })}
            disabled={disabled}
            min={1}
            max={MOST}
            allowDecimal={false}
            clampBehavior="strict"
            value={months ?? ''}
            onChange={(value) => typeof value === 'number' && onChange(value)}
          />
        )}
      </Group>
      {months !== null && <Older kind={kind} months={months} />}
    </div>
  );
}

/** What statement counts the records that are older: those of customers are counted by the server alone. */
const COUNTS: Partial<Record<Kind, (before: string) => string>> = {
  purchases: (before) =>
    `SELECT count(*) AS n FROM purchases WHERE line = 1 AND occurred_at < utc_time('${before}')`,
  interactions: (before) =>
    `SELECT count(*) AS n FROM interactions WHERE occurred_at < utc_time('${before}')`,
};

/** From which day on records stay, and how many are older today. */
function Older({ kind, months }: { kind: Kind; months: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const mayAsk = useAllowed('analyst');
  const before = addMonths(clockIn(zone, new Date()).day, -months);
  const statement = COUNTS[kind]?.(before) ?? '';
  const query = useQuery({ ...sqlQuery(statement), enabled: mayAsk && statement !== '' });
  const count = Number(query.data?.rows[0]?.[0] ?? Number.NaN);
  const day = formatDay(before, language);
  return (
    <Text size="xs" c="dimmed" mt={4} role="status">
      {Number.isNaN(count)
        ? t('settings.retention.since', { day })
        : t('settings.retention.older', { count, shown: formatNumber(count, language), day })}
    </Text>
  );
}
