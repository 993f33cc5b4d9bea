import { Drawer, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type AnswerResult, type Reply, rowsBehindQuery } from '~/api/assistant';
import { formatNumber } from '~/lib/format';
import { Answer, Empty } from '~/ui/States';
import { ResultTable, useShown } from './ResultView';

interface RowsDrawerProps {
  message: string;
  /** What was asked. */
  title: string;
  onClose: () => void;
}

/** The records that the figures of an answer were worked out from, the latest first. */
export default function RowsDrawer({ message, title, onClose }: RowsDrawerProps) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(rowsBehindQuery(message));
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const result = useMemo<AnswerResult | null>(() => {
    const [first] = data?.pages ?? [];
    return first ? { ...first, rows: data?.pages.flatMap(({ rows }) => rows) ?? [] } : null;
  }, [data]);
  const reply = useMemo<Partial<Reply>>(() => ({ result }), [result]);
  const shown = useShown(reply);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="xl"
      title={t('assistant.rows')}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <Text size="sm" c="dimmed" mb="xs">
        {title}
      </Text>
      <Answer
        query={query}
        isEmpty={() => result?.rows.length === 0}
        empty={<Empty title={t('assistant.no_rows')} />}
      >
        {() =>
          shown && (
            <>
              <ResultTable shown={shown} label={t('assistant.rows')} onEnd={more} maxHeight={640} />
              <Text size="xs" c="dimmed" mt={6} role="status">
                {t('common.grid.rows', {
                  count: shown.result.rows.length,
                  shown: formatNumber(shown.result.rows.length, shown.language),
                })}
                {hasNextPage && ` · ${t('assistant.more_rows')}`}
              </Text>
            </>
          )
        }
      </Answer>
    </Drawer>
  );
}
