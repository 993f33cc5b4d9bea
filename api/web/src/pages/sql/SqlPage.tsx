import { Button, Group, Kbd, Menu, ScrollArea, Text, TextInput } from '@mantine/core';
import {
  IconDeviceFloppy,
  IconDownload,
  IconHistory,
  IconPlayerPlay,
  IconPlayerStop,
} from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import { type OwnChart, savedReportQuery } from '~/api/work';
import { problemLine } from '~/app/problems';
import { readSql } from '~/app/search';
import { useWorkspace } from '~/app/session';
import { chartText, readChart } from '~/lib/charts/own';
import { boundOf, namesIn, OF_PERIOD } from '~/lib/parameters';
import { ExportMenu } from '~/pages/exports/ExportMenu';
import { SaveReport } from '~/pages/reports/SaveReport';
import { Views } from '~/pages/views/Views';
import { Page } from '~/ui/Page';
import { Empty, Loading } from '~/ui/States';
import { tell } from '~/ui/tell';
import { Editor } from './Editor';
import { useHistory } from './history';
import { Rows } from './Rows';
import classes from './SqlPage.module.css';
import { schemaQuery } from './schema';
import { Tables } from './Tables';
import { download, FILE_FORMATS, useRun } from './useRun';

const EXAMPLE = `SELECT date_trunc('month', local_time(occurred_at)) AS month, sum(amount) AS revenue
FROM purchases
GROUP BY 1
ORDER BY 1`;

export function SqlPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { q, report: reportId, chart: drawn } = useSearch({ from: '/app/sql' });
  const navigate = useNavigate({ from: '/sql' });
  const schema = useQuery(schemaQuery);
  const { list, add, clear } = useHistory(workspace.id);
  const [text, setText] = useState(q ?? list[0]?.sql ?? EXAMPLE);
  const chart = useMemo(() => readChart(drawn), [drawn]);
  const setChart = useCallback(
    (next: OwnChart | null) =>
      void navigate({
        search: (before) => ({ ...before, chart: next ? chartText(next) : undefined }),
        replace: true,
      }),
    [navigate],
  );
  const [values, setValues] = useState<Record<string, string>>({});
  const names = namesIn(text);
  const [saving, setSaving] = useState(false);
  // An own report that is worked on: its statement comes from it, once.
  const report = useQuery({ ...savedReportQuery(reportId ?? ''), enabled: Boolean(reportId) });
  const taken = useRef<string | null>(null);
  useEffect(() => {
    if (!report.data || taken.current === report.data.id) return;
    taken.current = report.data.id;
    if (!q) setText(report.data.sql);
    if (!drawn) setChart(report.data.chart ?? null);
    setValues(Object.fromEntries(report.data.parameters.map((one) => [one.name, String(one.default ?? '')])));
  }, [report.data, q, drawn, setChart]);
  const run = useRun();
  const { mutate } = run;
  const file = useMutation({
    mutationFn: download,
    onError: (error) =>
      tell({
        color: 'red',
        title: t('common.states.failed'),
        message: problemLine(error),
      }),
  });

  const start = useCallback(
    (sql: string, typed: Record<string, string>) => {
      const statement = sql.trim();
      if (!statement) return;
      add(statement);
      // The address holds the statement, so that it can be sent to a colleague.
      void navigate({ search: (before) => ({ ...before, q: statement }), replace: true });
      mutate({ sql: statement, params: boundOf(statement, typed) });
    },
    [add, navigate, mutate],
  );
  const first = useRef(q);
  useEffect(() => {
    // Whoever comes with a statement in the link wants to see its rows; it is read-only.
    // What it asks for is filled in first.
    if (first.current && namesIn(first.current).length === 0) mutate({ sql: first.current });
    first.current = undefined;
  }, [mutate]);

  const problem = run.isError && !(run.error instanceof DOMException) ? asProblem(run.error) : null;
  return (
    <Page
      full
      title={t('sql.title')}
      lead={t('sql.lead', { zone: workspace.time_zone })}
      actions={
        <Views
          page="sql"
          onOpen={(next) => {
            const search = readSql(next);
            void navigate({ search });
            if (search.q) {
              setText(search.q);
              if (namesIn(search.q).length === 0) mutate({ sql: search.q });
            }
          }}
        />
      }
    >
      <div className={classes.work}>
        <Tables
          schema={schema.data ?? []}
          onPick={(table) => setText(`SELECT *\nFROM ${table}\nLIMIT 100`)}
        />
        <div className={classes.main}>
          <Editor
            text={text}
            label={t('sql.editor')}
            schema={schema.data ?? []}
            onChange={setText}
            onRun={() => start(text, values)}
          />
          {names.length > 0 && (
            <Group gap="xs" mt="xs">
              {names.map((name) => (
                <TextInput
                  key={name}
                  size="xs"
                  w={170}
                  aria-label={t('sql.value', { name: `$${name}` })}
                  placeholder={OF_PERIOD.includes(name) ? `$${name}: 2026-01-31` : `$${name}`}
                  value={values[name] ?? ''}
                  onChange={(event) => {
                    const { value } = event.currentTarget;
                    setValues((before) => ({ ...before, [name]: value }));
                  }}
                />
              ))}
            </Group>
          )}
          <Group gap="xs" my="xs">
            {run.isPending ? (
              <Button color="red.8" leftSection={<IconPlayerStop size={15} />} onClick={run.stop}>
                {t('sql.stop')}
              </Button>
            ) : (
              <Button leftSection={<IconPlayerPlay size={15} />} onClick={() => start(text, values)}>
                {t('sql.run')}
              </Button>
            )}
            <Kbd size="xs" className={classes.hint} title={t('sql.shortcut')}>
              Ctrl ↵
            </Kbd>
            <Menu position="bottom-start" width={420}>
              <Menu.Target>
                <Button variant="default" leftSection={<IconHistory size={15} />}>
                  {t('sql.history')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {list.length === 0 && <Menu.Label>{t('sql.history_empty')}</Menu.Label>}
                <ScrollArea.Autosize mah={340}>
                  {list.map(({ sql, at }) => (
                    <Menu.Item key={at + sql} onClick={() => setText(sql)}>
                      <Text size="xs" ff="monospace" lineClamp={2}>
                        {sql}
                      </Text>
                    </Menu.Item>
                  ))}
                </ScrollArea.Autosize>
                {list.length > 0 && (
                  <>
                    <Menu.Divider />
                    <Menu.Item onClick={clear}>{t('sql.clear_history')}</Menu.Item>
                  </>
                )}
              </Menu.Dropdown>
            </Menu>
            <Button
              variant="default"
              leftSection={<IconDeviceFloppy size={15} />}
              disabled={!text.trim()}
              onClick={() => setSaving(true)}
            >
              {t('sql.save')}
            </Button>
            {run.data && run.variables && (
              <Group gap="xs" ml="auto">
                <Menu position="bottom-end">
                  <Menu.Target>
                    <Button
                      variant="default"
                      leftSection={<IconDownload size={15} />}
                      loading={file.isPending}
                    >
                      {t('reports.download')}
                    </Button>
                  </Menu.Target>
                  <Menu.Dropdown>
                    {FILE_FORMATS.map((format) => (
                      <Menu.Item
                        key={format}
                        onClick={() => run.variables && file.mutate({ ...run.variables, format })}
                      >
                        {t(`reports.formats.${format}`)}
                      </Menu.Item>
                    ))}
                  </Menu.Dropdown>
                </Menu>
                <ExportMenu what={{ kind: 'sql', sql: run.variables.sql, query: run.variables.params }} />
              </Group>
            )}
          </Group>
          {problem && (
            <div className={classes.error} role="alert">
              <b>{t('sql.error_title')}</b>
              <pre>{problem.message}</pre>
            </div>
          )}
          {run.isPending && <Loading rows={8} />}
          {run.data && !run.isPending && <Rows result={run.data} chart={chart} onChart={setChart} />}
          {run.isIdle && <Empty title={t('sql.start_title')} text={t('sql.start_text')} />}
        </div>
      </div>
      {saving && (
        <SaveReport
          sql={text.trim()}
          chart={chart}
          report={report.data}
          onClose={() => setSaving(false)}
          onSaved={(id) => void navigate({ to: '/reports/own/$id', params: { id }, search: {} })}
        />
      )}
    </Page>
  );
}
