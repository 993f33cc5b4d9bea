import { Alert, Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { membersQuery } from '~/api/accounts';
import { asProblem } from '~/api/problem';
import { type NewTask, type Task, tasks } from '~/api/work';
import { fieldText } from '~/app/problems';
import { useAccount } from '~/app/session';
import { clockIn, momentOf } from '~/lib/zone';
import { ProblemText } from '~/ui/ProblemText';
import { useAct } from '~/ui/useAct';

interface TaskFormProps {
  /** Without one a new task is made. */
  task?: Task;
  /** What a new one is about. */
  about?: Pick<NewTask, 'title' | 'customer_id' | 'recommendation_id'>;
  onClose: () => void;
}

const NOBODY = 'nobody';

/** A moment as a field of date and time shows it on the workspace's clock. */
function localOf(moment: string | null | undefined, zone: string): string {
  if (!moment) return '';
  const { day, minutes } = clockIn(zone, new Date(moment));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function momentOfField(text: string, zone: string): string | null {
  const [day, clock] = text.split('T');
  if (!day || !clock) return null;
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return momentOf(zone, { day, minutes: hours * 60 + minutes }).toISOString();
}

export function TaskForm({ task, about, onClose }: TaskFormProps) {
  const { t } = useTranslation();
  const { user, workspace } = useAccount();
  const zone = workspace.time_zone;
  const members = useQuery(membersQuery);
  const [title, setTitle] = useState(task?.title ?? about?.title ?? '');
  const [note, setNote] = useState(task?.note ?? '');
  const [due, setDue] = useState(task?.due_at ? clockIn(zone, new Date(task.due_at)).day : '');
  const [remind, setRemind] = useState(localOf(task?.remind_at, zone));
  const [assignee, setAssignee] = useState(task ? (task.assignee?.user_id ?? NOBODY) : user.id);
  const save = useAct({
    run: () => {
      const body: NewTask = {
        title: title.trim(),
        note: note.trim() || null,
        due_at: due || null,
        remind_at: momentOfField(remind, zone),
        assignee_id: assignee === NOBODY ? null : assignee,
        ...(task ? {} : { customer_id: about?.customer_id, recommendation_id: about?.recommendation_id }),
      };
      // An unchanged day keeps the clock that it had.
      const isSameDay = task?.due_at && clockIn(zone, new Date(task.due_at)).day === due;
      if (isSameDay) body.due_at = task.due_at;
      return task ? tasks.change(task.id, body) : tasks.create(body);
    },
    touches: ['tasks', 'recommendations'],
    done: () => {
      onClose();
      return t('work.tasks.saved');
    },
    quiet: true,
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const people = [
    { value: NOBODY, label: t('work.tasks.nobody') },
    ...[
      { user_id: user.id, name: user.name },
      ...(task?.assignee ? [task.assignee] : []),
      ...(members.data ?? []),
    ]
      .filter((person, at, all) => all.findIndex(({ user_id }) => user_id === person.user_id) === at)
      .map((person) => ({ value: person.user_id, label: person.name })),
  ];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(task ? 'work.tasks.edit' : 'work.tasks.new')}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {problem && Object.keys(problem.fields).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              <ProblemText error={problem} />
            </Alert>
          )}
          <TextInput
            label={t('work.tasks.title')}
            value={title}
            data-autofocus
            maxLength={300}
            error={fieldText(problem?.fields.title)}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <Textarea
            label={t('work.tasks.note')}
            autosize
            minRows={2}
            maxRows={8}
            value={note}
            error={fieldText(problem?.fields.note)}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group grow align="flex-start">
            <TextInput
              type="date"
              label={t('work.tasks.due')}
              value={due}
              error={fieldText(problem?.fields.due_at)}
              onChange={(event) => setDue(event.currentTarget.value)}
            />
            <TextInput
              type="datetime-local"
              label={t('work.tasks.remind')}
              value={remind}
              error={fieldText(problem?.fields.remind_at)}
              onChange={(event) => setRemind(event.currentTarget.value)}
            />
          </Group>
          <Select
            label={t('work.tasks.assignee')}
            data={people}
            value={assignee}
            error={fieldText(problem?.fields.assignee_id)}
            onChange={(value) => value && setAssignee(value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.actions.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!title.trim()}>
              {t('common.actions.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
