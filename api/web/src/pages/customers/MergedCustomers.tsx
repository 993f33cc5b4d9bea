import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { MERGE_TOUCHES, mergedQuery, undoMerge } from '~/api/merging';
import { useLanguage } from '~/app/language';
import { useAllowed, useWorkspace } from '~/app/session';
import { formatDate } from '~/lib/format';
import { Panel } from '~/ui/Panel';
import { useAct } from '~/ui/useAct';

/** Who was merged into the customer, each with the way back while there is one. Nothing where nobody was. */
export function MergedCustomers({ id }: { id: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const mayUndo = useAllowed('manager');
  const { data = [] } = useQuery(mergedQuery(id));
  const undo = useAct({
    run: undoMerge,
    touches: MERGE_TOUCHES,
    done: () => t('customers.merge.undone'),
  });
  if (data.length === 0) return null;
  return (
    <Panel title={t('customers.merge.merged')}>
      <Stack gap={8}>
        {data.map(({ merged_customer_id: merged, merged_at, undo_until }) => (
          <Group key={merged} justify="space-between" wrap="nowrap">
            <div>
              <Text size="sm">{merged}</Text>
              <Text size="xs" c="dimmed">
                {formatDate(merged_at, language, zone)}
                {undo_until &&
                  `, ${t('customers.merge.until', { date: formatDate(undo_until, language, zone) })}`}
              </Text>
            </div>
            {mayUndo && undo_until && (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={t('customers.merge.undo_of', { id: merged })}
                loading={undo.isPending && undo.variables === merged}
                onClick={() => undo.mutate(merged)}
              >
                {t('customers.merge.undo')}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
