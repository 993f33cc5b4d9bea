import { ActionIcon, Alert, Button, Group, Text, Textarea } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Note, notes, notesQuery } from '~/api/work';
import { useLanguage } from '~/app/language';
import { useAccount, useAllowed } from '~/app/session';
import { formatTime } from '~/lib/format';
import { Confirm } from '~/ui/Confirm';
import { Panel } from '~/ui/Panel';
import { ProblemText } from '~/ui/ProblemText';
import { Answer, Loading } from '~/ui/States';
import { useAct } from '~/ui/useAct';
import classes from './CustomerView.module.css';

/** What people wrote down about a customer, the newest first. */
export function Notes({ id }: { id: string }) {
  const { t } = useTranslation();
  const mayWrite = useAllowed('manager');
  const query = useInfiniteQuery(notesQuery(id));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title={t('work.notes.title')}>
      <Answer query={query} loading={<Loading rows={2} />}>
        {() => (
          <>
            {mayWrite && <Write customer={id} />}
            {items.length === 0 && !mayWrite && (
              <Text size="sm" c="dimmed">
                {t('work.notes.empty')}
              </Text>
            )}
            <ul className={classes.notes}>
              {items.map((note) => (
                <NoteRow key={note.id} note={note} />
              ))}
            </ul>
            {query.hasNextPage && (
              <Button
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

function Write({ customer, note, onDone }: { customer: string; note?: Note; onDone?: () => void }) {
  const { t } = useTranslation();
  const [body, setBody] = useState(note?.body ?? '');
  const save = useAct({
    run: () =>
      note ? notes.change(note.id, { body: body.trim() }) : notes.add(customer, { body: body.trim() }),
    touches: ['notes', 'timeline'],
    done: () => {
      if (!note) setBody('');
      onDone?.();
      return undefined;
    },
    quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (body.trim()) save.mutate();
  };
  return (
    <form onSubmit={submit}>
      {save.isError && (
        <Alert color="red" variant="light" role="alert" mb={6}>
          <ProblemText error={save.error} />
        </Alert>
      )}
      <Textarea
        aria-label={t('work.notes.field')}
        placeholder={t('work.notes.field')}
        autosize
        minRows={1}
        maxRows={8}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
        }}
      />
      {(body.trim() || note) && (
        <Group gap="xs" mt={6} justify="flex-end">
          {note && (
            <Button size="xs" variant="default" onClick={onDone}>
              {t('common.actions.cancel')}
            </Button>
          )}
          <Button size="xs" type="submit" loading={save.isPending} disabled={!body.trim()}>
            {t('common.actions.save')}
          </Button>
        </Group>
      )}
    </form>
  );
}

function NoteRow({ note }: { note: Note }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { user, workspace } = useAccount();
  const isAdmin = useAllowed('admin');
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const mayChange = isAdmin || note.author?.user_id === user.id;
  const remove = useAct({
    run: () => notes.remove(note.id),
    touches: ['notes', 'timeline'],
    done: () => t('work.notes.removed'),
    quiet: true,
  });
  const told = [
    note.author?.name,
    formatTime(note.created_at, language, workspace.time_zone),
    note.edited_at &&
      t('work.notes.edited', { time: formatTime(note.edited_at, language, workspace.time_zone) }),
  ].filter(Boolean);
  return (
    <li>
      {editing ? (
        <Write customer={note.customer_id} note={note} onDone={() => setEditing(false)} />
      ) : (
        <>
          {note.subject && <b>{note.subject}</b>}
          <div className={classes.note}>{note.body}</div>
          <Group gap={4} justify="space-between" wrap="nowrap">
            <Text size="xs" c="dimmed">
              {told.join(' · ')}
            </Text>
            {mayChange && (
              <Group gap={0} wrap="nowrap">
                <ActionIcon
                  size={24}
                  variant="subtle"
                  color="gray"
                  aria-label={t('work.notes.edit')}
                  onClick={() => setEditing(true)}
                >
                  <IconPencil size={14} />
                </ActionIcon>
                <ActionIcon
                  size={24}
                  variant="subtle"
                  color="gray"
                  aria-label={t('work.notes.remove')}
                  onClick={() => setRemoving(true)}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              </Group>
            )}
          </Group>
        </>
      )}
      {removing && (
        <Confirm
          title={t('work.notes.remove')}
          text={t('work.notes.remove_text')}
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
