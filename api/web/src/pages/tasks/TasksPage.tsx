import { Button, SegmentedControl, Select, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { membersQuery } from '~/api/accounts';
import { type Task, tasksQuery } from '~/api/work';
import { readTasks, TASK_STATUSES, type TasksSearch } from '~/app/search';
import { useAccount, useAllowed } from '~/app/session';
import { addDays } from '~/lib/day';
import { groupBy } from '~/lib/group';
import { clockIn } from '~/lib/zone';
import { Views } from '~/pages/views/Views';
import { Page } from '~/ui/Page';
import { Panel } from '~/ui/Panel';
import { Answer, Empty } from '~/ui/States';
import { TaskForm } from './TaskForm';
import { TaskList } from './TaskList';
import classes from './Tasks.module.css';

const GROUPS = ['overdue', 'today', 'week', 'later', 'undated'] as const;
type Group = (typeof GROUPS)[number];

const EVERYBODY = 'everybody';

/** When it is due, on the workspace's clock. */
function groupOf(task: Task, zone: string, today: string): Group {
  if (task.overdue) return 'overdue';
  if (!task.due_at) return 'undated';
  const { day } = clockIn(zone, new Date(task.due_at));
  if (day <= today) return 'today';
  return day <= addDays(today, 7) ? 'week' : 'later';
}

export function TasksPage() {
  const { t } = useTranslation();
  const { user, workspace } = useAccount();
  const zone = workspace.time_zone;
  const search = useSearch({ from: '/app/tasks' });
  const { status = 'open', who } = search;
  const navigate = useNavigate({ from: '/tasks' });
  const mayChange = useAllowed('manager');
  const members = useQuery(membersQuery);
  const [making, { open, close }] = useDisclosure(false);
  const query = useInfiniteQuery(tasksQuery({ status, assignee: who === 'me' ? user.id : who }));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const today = clockIn(zone, new Date()).day;
  const set = (next: TasksSearch) => void navigate({ search: (before) => ({ ...before, ...next }) });
  const others = (members.data ?? []).filter(({ user_id }) => user_id !== user.id);
  const groups = new Map(groupBy(items, (task) => groupOf(task, zone, today)) as [Group, Task[]][]);
  const make = mayChange && (
    <Button leftSection={<IconPlus size={15} />} onClick={open}>
      {t('work.tasks.new')}
    </Button>
  );
  return (
    <Page
      title={t('work.tasks.page')}
      lead={t('work.tasks.lead', { zone })}
      actions={
        <>
          <Views page="tasks" onOpen={(next) => void navigate({ search: readTasks(next) })} />
          {make}
        </>
      }
      filters={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t('work.tasks.status')}
            value={status}
            onChange={(value) => set({ status: value === 'open' ? undefined : (value as typeof status) })}
            data={TASK_STATUSES.map((value) => ({ value, label: t(`work.tasks.statuses.${value}`) }))}
          />
          <Select
            w={200}
            aria-label={t('work.tasks.assignee')}
            value={who ?? EVERYBODY}
            onChange={(value) => set({ who: value === EVERYBODY || !value ? undefined : value })}
            data={[
              { value: EVERYBODY, label: t('work.tasks.everybody') },
              { value: 'me', label: t('work.tasks.mine') },
              ...others.map(({ user_id, name }) => ({ value: user_id, label: name })),
            ]}
          />
        </>
      }
    >
      <Answer
        query={query}
        isEmpty={() => items.length === 0}
        empty={
          <Empty
            title={t('work.tasks.empty_title')}
            text={t('work.tasks.empty_text')}
            action={status === 'open' && make}
          />
        }
      >
        {() => (
          <div className={classes.groups}>
            {status === 'open' ? (
              GROUPS.filter((group) => groups.has(group)).map((group) => (
                <Panel key={group} title={t(`work.tasks.groups.${group}`)}>
                  <TaskList label={t(`work.tasks.groups.${group}`)} items={groups.get(group) ?? []} />
                </Panel>
              ))
            ) : (
              <Panel title={t(`work.tasks.statuses.${status}`)}>
                <TaskList label={t(`work.tasks.statuses.${status}`)} items={items} />
              </Panel>
            )}
            {query.hasNextPage && (
              <Button
                variant="default"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t('common.actions.load_more')}
              </Button>
            )}
            {!mayChange && (
              <Text size="xs" c="dimmed">
                {t('work.tasks.person_only')}
              </Text>
            )}
          </div>
        )}
      </Answer>
      {making && <TaskForm onClose={close} />}
    </Page>
  );
}
