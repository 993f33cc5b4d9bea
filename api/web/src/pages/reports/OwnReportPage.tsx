import { ActionIcon, Button, Group, Menu, Text, TextInput } from '@mantine/core';
import { IconArrowLeft, IconDots, IconDownload, IconPencil, IconShare, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type OwnParameter,
  runFile,
  runQuery,
  type SavedReport,
  savedReportQuery,
  savedReports,
} from '~/api/work';
import { useAllowed, useWorkspace } from '~/app/session';
import { useLater } from '~/app/useLater';
import { canDrillOwn, linesOfOwn } from '~/lib/drill';
import { FIELD_TYPES, OF_PERIOD, usesPeriod } from '~/lib/parameters';
import { asQuery } from '~/lib/period';
import { momentOf } from '~/lib/zone';
import { ExportMenu } from '~/pages/exports/ExportMenu';
import { Confirm } from '~/ui/Confirm';
import { AnchorLink, ButtonLink } from '~/ui/links';
import { OwnChartView } from '~/ui/OwnChart';
import { Page } from '~/ui/Page';
import { Panel } from '~/ui/Panel';
import { PeriodPicker } from '~/ui/PeriodPicker';
import { ResultGrid } from '~/ui/ResultGrid';
import { SqlPeek } from '~/ui/SqlPeek';
import { Answer, Empty } from '~/ui/States';
import { useAct } from '~/ui/useAct';
import { usePeriod } from '~/ui/usePeriod';
import classes from './ReportPage.module.css';

const FORMATS = ['csv', 'xlsx', 'parquet'] as const;

export function OwnReportPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/app/reports/own/$id' });
  const query = useQuery(savedReportQuery(id));
  if (query.data) return <OwnReport key={id} report={query.data} />;
  return (
    <Page title={t('reports.own.title')} lead={<Back />}>
      <Answer query={query}>{() => null}</Answer>
    </Page>
  );
}

function Back() {
  const { t } = useTranslation();
  return (
    <AnchorLink to="/reports" size="sm">
      <IconArrowLeft size={14} style={{ verticalAlign: -2 }} aria-hidden /> {t('reports.title')}
    </AnchorLink>
  );
}

/** A typed value as the server takes it: a moment is on the workspace's clock. */
function sentOf(parameter: OwnParameter, text: string | undefined, zone: string): string | undefined {
  if (!text) return undefined;
  const [day, clock] = text.split('T');
  if (parameter.type !== 'timestamp' || !day || !clock || text.endsWith('Z')) return text;
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return momentOf(zone, { day, minutes: hours * 60 + minutes }).toISOString();
}

const Drill = lazy(() => import('./Drill'));

/** Only what is filled in: the rest is as the report has it. */
function filledIn(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

function OwnReport({ report }: { report: SavedReport }) {
  const { t } = useTranslation();
  const { time_zone: zone, currency } = useWorkspace();
  const [chosen, setChosen] = useState<{ title: string; lines: string } | null>(null);
  // The lines come by a statement, which takes the role of an analyst.
  const mayAsk = useAllowed('analyst');
  const search = useSearch({ from: '/app/reports/own/$id' });
  const navigate = useNavigate({ from: '/reports/own/$id' });
  const { period: preset, from, to, compare: _, sort: __, ...typed } = search;
  const hasPeriod = usesPeriod(report.sql);
  const period = usePeriod({
    period: from ? undefined : (preset ?? 'last_12_months'),
    from,
    to,
    compare: 'none',
  });
  const parameters = report.parameters.filter(({ name }) => !OF_PERIOD.includes(name));
  const values = {
    ...(hasPeriod ? asQuery(period.span) : {}),
    ...Object.fromEntries(parameters.map((one) => [one.name, sentOf(one, typed[one.name], zone)])),
  };
  const query = useQuery(runQuery(report.id, values));
  return (
    <Page
      title={report.name}
      lead={<Back />}
      actions={
        <>
          <SqlPeek sql={report.sql} meta={query.data?.meta} />
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" leftSection={<IconDownload size={15} />}>
                {t('reports.download')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {FORMATS.map((format) => (
                <Menu.Item
                  key={format}
                  component="a"
                  href={runFile(report.id, values, format)}
                  download={`${report.name}.${format}`}
                >
                  {t(`reports.formats.${format}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
          <ExportMenu what={{ kind: 'saved_report', saved_report: report.id, query: filledIn(values) }} />
          <Acts report={report} />
        </>
      }
      filters={
        (hasPeriod || parameters.length > 0) && (
          <>
            {hasPeriod && (
              <PeriodPicker
                period={period}
                onChange={({ compare: _compare, ...next }) =>
                  void navigate({ search: (before) => ({ ...before, ...next }) })
                }
              />
            )}
            {parameters.map((parameter) => (
              <Field
                key={parameter.name}
                parameter={parameter}
                value={typed[parameter.name]}
                onChange={(value) =>
                  void navigate({ search: (before) => ({ ...before, [parameter.name]: value || undefined }) })
                }
              />
            ))}
          </>
        )
      }
    >
      <div className={classes.stack}>
        {report.description && <Text size="sm">{report.description}</Text>}
        <Answer
          query={query}
          isEmpty={({ rows }) => rows.length === 0}
          empty={<Empty title={t('reports.no_rows_title')} text={t('reports.no_rows_text')} />}
        >
          {(result) => (
            <>
              {report.chart && report.chart.kind !== 'none' && (
                <Panel>
                  <OwnChartView title={report.name} result={result} chart={report.chart} />
                </Panel>
              )}
              <Panel flush>
                <ResultGrid
                  label={t('reports.table')}
                  result={result}
                  maxHeight={560}
                  onRow={
                    mayAsk && canDrillOwn(result.columns)
                      ? (row) => {
                          const lines = linesOfOwn(result, row, hasPeriod ? period.span : {}, currency);
                          const title = [report.name, String(row[0] ?? '')].join(' · ');
                          if (lines) setChosen({ title, lines });
                        }
                      : undefined
                  }
                />
              </Panel>
            </>
          )}
        </Answer>
        {chosen && (
          <Suspense>
            <Drill {...chosen} currency={currency} onClose={() => setChosen(null)} />
          </Suspense>
        )}
        <Text size="xs" c="dimmed">
          {report.mine ? t('reports.own.yours') : t('reports.own.of', { name: report.owner?.name ?? '' })}
        </Text>
      </div>
    </Page>
  );
}

interface FieldProps {
  parameter: OwnParameter;
  value: string | undefined;
  onChange: (value: string) => void;
}

function Field({ parameter, value, onChange }: FieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const later = useLater(onChange, 400);
  const label = parameter.label || parameter.name;
  const usual =
    parameter.default === null || parameter.default === undefined ? '' : String(parameter.default);
  return (
    <TextInput
      w={190}
      aria-label={label}
      type={FIELD_TYPES[parameter.type]}
      inputMode={parameter.type === 'number' ? 'decimal' : undefined}
      placeholder={`${label}: ${usual || t('reports.any')}`}
      title={label}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}

function Acts({ report }: { report: SavedReport }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [removing, setRemoving] = useState(false);
  const share = useAct({
    run: () => savedReports.change(report.id, { shared: !report.shared }),
    touches: ['saved-reports'],
    done: ({ shared }) => t(shared ? 'work.shared_now' : 'work.unshared_now'),
  });
  const remove = useAct({
    run: () => savedReports.remove(report.id),
    touches: [],
    done: () => {
      void navigate({ to: '/reports' });
      return t('reports.own.removed');
    },
    quiet: true,
  });
  return (
    <Group gap="xs">
      <ButtonLink
        to="/sql"
        search={{ report: report.id }}
        variant="default"
        leftSection={<IconPencil size={15} />}
      >
        {t(report.mine ? 'common.actions.edit' : 'reports.own.copy')}
      </ButtonLink>
      {report.mine && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={34} aria-label={t('reports.own.actions')}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconShare size={15} />} onClick={() => share.mutate()}>
              {t(report.shared ? 'work.unshare' : 'work.share')}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconTrash size={15} />}
              c="var(--kp-bad)"
              onClick={() => setRemoving(true)}
            >
              {t('common.actions.remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {removing && (
        <Confirm
          title={t('reports.own.remove', { name: report.name })}
          text={t('reports.own.remove_text')}
          button={t('common.actions.remove')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={() => setRemoving(false)}
        />
      )}
    </Group>
  );
}
