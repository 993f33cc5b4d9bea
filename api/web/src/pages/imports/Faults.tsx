import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { faultsQuery, type Import } from '~/api/imports';
import { textOf } from '~/app/language';
import { NONE } from '~/lib/format';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { Answer, Empty } from '~/ui/States';
import { said } from './said';

/** What is wrong with rows, in the order of the file. */
export function Faults({ item }: { item: Import }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(faultsQuery(item.id, item.status));
  const faults = query.data?.pages.flatMap((page) => page.items) ?? [];
  const heads = (['row', 'message', 'field', 'id'] as const).map((head) => t(`imports.faults.heads.${head}`));
  return (
    <Panel title={t('imports.faults.title')} note={t('imports.faults.note')}>
      <Answer
        query={query}
        isEmpty={() => faults.length === 0}
        empty={<Empty title={t('imports.faults.gone')} text={t('imports.faults.gone_text')} />}
      >
        {() => (
          <>
            <DataTable
              label={t('imports.faults.title')}
              wraps={[1]}
              heads={heads}
              rows={faults.map((fault, at) => ({
                key: String(at),
                cells: [
                  [fault.row ?? (fault.rows.join(', ') || NONE), fault.file].filter(Boolean).join(' · '),
                  <span key="m" lang="en">
                    {said(fault.message, (option) => textOf('imports.options', option))}
                  </span>,
                  textOf('imports.fields', fault.field) || NONE,
                  fault.record_id ?? NONE,
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
