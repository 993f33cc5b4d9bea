import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AuditRow } from '~/api/accounts';
import { api, ask } from '~/api/client';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatTime, NONE } from '~/lib/format';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { Answer, Empty } from '~/ui/States';

function whoOf({ actor }: AuditRow): string {
  if (!actor) return NONE;
  return typeof actor === 'string' ? actor : (actor.name ?? actor.email ?? actor.id ?? NONE);
}

export default function AuditPart() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const query = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/v1/audit', { params: { query: { limit: 100, cursor: pageParam ?? undefined } }, signal }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title={t('settings.audit.title')} note={zone}>
      <Answer
        query={query}
        isEmpty={() => rows.length === 0}
        empty={<Empty title={t('settings.audit.empty')} />}
      >
        {() => (
          <>
            <DataTable
              label={t('settings.audit.title')}
              heads={(['when', 'who', 'what', 'object', 'where'] as const).map((head) =>
                t(`settings.audit.${head}`),
              )}
              rows={rows.map((row, index) => ({
                key: row.id ?? String(index),
                cells: [
                  formatTime(row.at ?? row.occurred_at, language, zone),
                  whoOf(row),
                  row.action,
                  row.object ?? row.subject ?? row.target ?? '',
                  row.address ?? '',
                ],
              }))}
            />
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
