import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Import, importsQuery } from '~/api/imports';
import { textOf, useLanguage } from '~/app/language';
import { useAllowed, useWorkspace } from '~/app/session';
import { formatBytes, formatNumber, formatTime, NONE } from '~/lib/format';
import { DataTable } from '~/ui/DataTable';
import { AnchorLink } from '~/ui/links';
import { Page } from '~/ui/Page';
import { Panel } from '~/ui/Panel';
import { Answer, Empty } from '~/ui/States';
import { Tag } from '~/ui/Tag';
import { Drop } from './Drop';
import classes from './Imports.module.css';
import { TONES } from './status';

/** Files that are sent, and those that were. */
export function ImportsPage() {
  const { t } = useTranslation();
  const may = useAllowed('manager');
  return (
    <Page title={t('imports.title')} lead={t('imports.lead')}>
      {may ? (
        <div className={classes.stack}>
          <Drop />
          <History />
        </div>
      ) : (
        <Empty title={t('imports.not_allowed')} text={t('imports.not_allowed_text')} />
      )}
    </Page>
  );
}

function History() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(importsQuery);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title={t('imports.history.title')}>
      <Answer
        query={query}
        isEmpty={() => items.length === 0}
        empty={<Empty title={t('imports.history.empty')} text={t('imports.history.empty_text')} />}
      >
        {() => (
          <>
            <Rows items={items} />
            {query.hasNextPage && (
              <Button
                mt="xs"
                variant="default"
                size="xs"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t('common.actions.load_more')}
              </Button>
            )}
          </>
        )}
      </Answer>
    </Panel>
  );
}

function Rows({ items }: { items: Import[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const heads = (['file', 'taken_for', 'status', 'stored', 'rejected', 'size', 'sent'] as const).map((head) =>
    t(`imports.history.heads.${head}`),
  );
  return (
    <DataTable
      label={t('imports.history.title')}
      wraps={[0, 1]}
      figures={[3, 4, 5]}
      heads={heads}
      rows={items.map((item) => ({
        key: item.id,
        cells: [
          <AnchorLink key="f" to="/imports/$id" params={{ id: item.id }} size="sm">
            {item.file_name || t('imports.no_name')}
          </AnchorLink>,
          textOf('imports.records', item.taken_for ?? item.records) || NONE,
          <Tag key="s" tone={TONES[item.status]}>
            {textOf('imports.statuses', item.status)}
          </Tag>,
          item.totals ? formatNumber(item.totals.accepted, language) : NONE,
          item.totals ? formatNumber(item.totals.rejected, language) : NONE,
          formatBytes(item.bytes, language),
          formatTime(item.created_at, language, zone),
        ],
      }))}
    />
  );
}
