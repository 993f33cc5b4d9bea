import { Button, Group } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { reportsQuery } from '~/api/reports';
import { type ExportJob, exportFile, exportJobs, exportsQuery, isOver } from '~/api/work';
import { textOf, useLanguage } from '~/app/language';
import { useAllowed, useWorkspace } from '~/app/session';
import { formatBytes, formatNumber, formatTime, NONE } from '~/lib/format';
import { ExportMenu } from '~/pages/exports/ExportMenu';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { Answer, Empty } from '~/ui/States';
import { Tag } from '~/ui/Tag';
import { useAct } from '~/ui/useAct';

/** While a file is being made, its rows are looked at anew. */
const LOOK_MS = 2_000;

const TONES: Record<string, 'bad' | 'good' | 'accent' | undefined> = {
  failed: 'bad',
  done: 'good',
  cancelled: undefined,
  queued: 'accent',
  running: 'accent',
};

/** Files that were made in the background, the newest first. */
export default function ExportsPart() {
  const { t } = useTranslation();
  const mayTakeAll = useAllowed('admin');
  const query = useQuery({
    ...exportsQuery,
    refetchInterval: ({ state }) => (state.data?.every(isOver) === false ? LOOK_MS : false),
  });
  return (
    <Panel
      title={t('sending.exports.title')}
      note={t('sending.exports.note')}
      actions={mayTakeAll && query.data && <ExportMenu what={{ kind: 'workspace' }} />}
    >
      <Answer
        query={query}
        isEmpty={(jobs) => jobs.length === 0}
        empty={<Empty title={t('sending.exports.empty')} text={t('sending.exports.empty_text')} />}
      >
        {(jobs) => <Jobs jobs={jobs} />}
      </Answer>
    </Panel>
  );
}

function Jobs({ jobs }: { jobs: ExportJob[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const reports = useQuery(reportsQuery);
  const remove = useAct({ run: (id: string) => exportJobs.remove(id), touches: ['exports'] });
  const heads = (['kind', 'format', 'status', 'rows', 'size', 'made', 'expires'] as const).map((head) =>
    t(`sending.exports.heads.${head}`),
  );
  return (
    <DataTable
      label={t('sending.exports.title')}
      wraps={[2]}
      heads={[...heads, '']}
      figures={[3, 4]}
      rows={jobs.map((job) => ({
        key: job.id,
        cells: [
          job.report
            ? (reports.data?.find(({ id }) => id === job.report)?.title[language] ?? job.report)
            : t(`sending.exports.kinds.${job.kind}`),
          t(`sending.formats.${job.format}`),
          <Fragment key="s">
            <Tag tone={TONES[job.status]}>{textOf('sending.exports.statuses', job.status)}</Tag>
            {job.error}
          </Fragment>,
          typeof job.rows !== 'number' ? NONE : formatNumber(job.rows, language),
          typeof job.bytes !== 'number' ? NONE : formatBytes(job.bytes, language),
          formatTime(job.created_at, language, zone),
          job.status === 'done' ? formatTime(job.expires_at, language, zone) : NONE,
          <Group key="a" gap={6} justify="flex-end" wrap="nowrap">
            {job.status === 'done' && (
              <Button
                component="a"
                href={exportFile(job.id)}
                download
                size="compact-xs"
                leftSection={<IconDownload size={13} />}
              >
                {t('reports.download')}
              </Button>
            )}
            <Button
              size="compact-xs"
              variant="default"
              loading={remove.isPending && remove.variables === job.id}
              onClick={() => remove.mutate(job.id)}
            >
              {t(isOver(job) ? 'common.actions.remove' : 'common.actions.cancel')}
            </Button>
          </Group>,
        ],
      }))}
    />
  );
}
