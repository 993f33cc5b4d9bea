import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { tasksQuery } from '~/api/work';
import { useAllowed } from '~/app/session';
import { TaskForm } from '~/pages/tasks/TaskForm';
import { TaskList } from '~/pages/tasks/TaskList';
import { Panel } from '~/ui/Panel';
import { Answer, Loading } from '~/ui/States';

/** What is still to be done about a customer. */
export function CustomerTasks({ id }: { id: string }) {
  const { t } = useTranslation();
  const mayWrite = useAllowed('manager');
  const [making, { open, close }] = useDisclosure(false);
  const query = useInfiniteQuery(tasksQuery({ customer_id: id, status: 'open' }));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel
      title={t('work.tasks.page')}
      actions={
        mayWrite &&
        query.data && (
          <Button size="compact-xs" variant="default" leftSection={<IconPlus size={13} />} onClick={open}>
            {t('work.tasks.new')}
          </Button>
        )
      }
    >
      <Answer
        query={query}
        loading={<Loading rows={2} />}
        isEmpty={() => items.length === 0}
        empty={
          <Text size="sm" c="dimmed">
            {t('work.tasks.none_here')}
          </Text>
        }
      >
        {() => <TaskList label={t('work.tasks.page')} items={items} ofCustomer />}
      </Answer>
      {making && <TaskForm about={{ title: '', customer_id: id }} onClose={close} />}
    </Panel>
  );
}
