import { ActionIcon, Checkbox, Menu, Text, UnstyledButton } from '@mantine/core';
import { IconBell, IconDots, IconPencil, IconTrash, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Task, type TaskStatus, tasks } from '~/api/work';
import { useLanguage } from '~/app/language';
import { useAllowed, useWorkspace } from '~/app/session';
import { formatDate, formatTime } from '~/lib/format';
import { Confirm } from '~/ui/Confirm';
import { AnchorLink } from '~/ui/links';
import { Tag } from '~/ui/Tag';
import { useAct } from '~/ui/useAct';
import { TaskForm } from './TaskForm';
import classes from './Tasks.module.css';

interface TaskListProps {
  label: string;
  items: Task[];
  /** On the card of a customer, whom they are about is told already. */
  ofCustomer?: boolean;
}

/** Tasks, each with what can be done with it in its row. */
export function TaskList({ label, items, ofCustomer }: TaskListProps) {
  const [editing, setEditing] = useState<Task | null>(null);
  return (
    <>
      <ul className={classes.list} aria-label={label}>
        {items.map((task) => (
          <TaskRow key={task.id} task={task} ofCustomer={ofCustomer} onEdit={() => setEditing(task)} />
        ))}
      </ul>
      {editing && <TaskForm task={editing} onClose={() => setEditing(null)} />}
    </>
  );
}

interface TaskRowProps {
  task: Task;
  ofCustomer?: boolean;
  onEdit: () => void;
}

function TaskRow({ task, ofCustomer, onEdit }: TaskRowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const mayChange = useAllowed('manager');
  const [removing, setRemoving] = useState(false);
  const touches = ['tasks', 'recommendations'];
  const change = useAct({ run: (status: TaskStatus) => tasks.change(task.id, { status }), touches });
  const remove = useAct({
    run: () => tasks.remove(task.id),
    touches,
    done: () => {
      setRemoving(false);
      return t('work.tasks.removed');
    },
    quiet: true,
  });
  // At once, and back when the server refuses.
  const shown = change.isPending && change.variables ? change.variables : task.status;
  const isOpen = shown === 'open';
  return (
    <li className={classes.task} data-status={shown}>
      <Checkbox
        checked={shown === 'done'}
        disabled={!mayChange}
        aria-label={t(isOpen ? 'work.tasks.finish' : 'work.tasks.reopen', { title: task.title })}
        onChange={() => change.mutate(isOpen ? 'done' : 'open')}
      />
      <div className={classes.what}>
        {mayChange ? (
          <UnstyledButton className={classes.title} onClick={onEdit}>
            {task.title}
          </UnstyledButton>
        ) : (
          <span className={classes.title}>{task.title}</span>
        )}
        {task.note && (
          <Text size="xs" c="dimmed" lineClamp={2}>
            {task.note}
          </Text>
        )}
        <div className={classes.facts}>
          {task.due_at && isOpen && (
            <Tag tone={task.overdue ? 'bad' : undefined}>
              {t(task.overdue ? 'work.tasks.was_due' : 'work.tasks.due_on', {
                date: formatDate(task.due_at, language, zone),
              })}
            </Tag>
          )}
          {shown === 'cancelled' && <Tag>{t('work.tasks.statuses.cancelled')}</Tag>}
          {task.completed_at && shown === 'done' && (
            <span>{t('work.tasks.done_on', { date: formatDate(task.completed_at, language, zone) })}</span>
          )}
          {task.remind_at && isOpen && (
            <span title={t('work.tasks.remind')}>
              <IconBell size={12} aria-hidden /> {formatTime(task.remind_at, language, zone)}
            </span>
          )}
          <span>{task.assignee?.name ?? t('work.tasks.nobody')}</span>
          {task.customer_id && !ofCustomer && (
            <AnchorLink to="/customers/$id" params={{ id: task.customer_id }} size="xs">
              {t('work.tasks.about_customer', { id: task.customer_id })}
            </AnchorLink>
          )}
          {task.do_not_contact && <b>{t('work.tasks.do_not_contact')}</b>}
          {task.recommendation_id && (
            <AnchorLink
              to="/recommendations"
              search={{ status: task.status === 'done' ? 'done' : 'accepted', open: task.recommendation_id }}
              size="xs"
            >
              {t('work.tasks.by_advice')}
            </AnchorLink>
          )}
        </div>
      </div>
      {mayChange && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('work.tasks.actions', { title: task.title })}
            >
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={15} />} onClick={onEdit}>
              {t('common.actions.edit')}
            </Menu.Item>
            {isOpen && (
              <Menu.Item leftSection={<IconX size={15} />} onClick={() => change.mutate('cancelled')}>
                {t('work.tasks.cancel')}
              </Menu.Item>
            )}
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
          title={t('work.tasks.remove', { title: task.title })}
          text={t('work.tasks.remove_text')}
          button={t('common.actions.remove')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  );
}
