import { Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Card, type Dashboard, dashboards, dashboardsQuery } from '~/api/work';
import { Page } from '~/ui/Page';
import { ProblemText } from '~/ui/ProblemText';
import { Answer, Empty } from '~/ui/States';
import { Tag } from '~/ui/Tag';
import { useAct } from '~/ui/useAct';
import { BoardViews } from './BoardViews';
import classes from './Dashboards.module.css';

export function Dashboards() {
  const { t } = useTranslation();
  const query = useQuery(dashboardsQuery);
  const [making, { open, close }] = useDisclosure(false);
  const make = (
    <Button leftSection={<IconPlus size={15} />} onClick={open}>
      {t('work.boards.new')}
    </Button>
  );
  return (
    <Page
      title={t('work.boards.page')}
      lead={t('work.boards.lead')}
      actions={
        query.data && (
          <>
            <BoardViews />
            {make}
          </>
        )
      }
    >
      <Answer
        query={query}
        isEmpty={(items) => items.length === 0}
        empty={
          <Empty title={t('work.boards.empty_title')} text={t('work.boards.empty_text')} action={make} />
        }
      >
        {(items) => (
          <ul className={classes.boards}>
            {items.map((board) => (
              <li key={board.id}>
                <Link to="/dashboards/$id" params={{ id: board.id }} className={classes.board}>
                  <b>{board.name}</b>
                  <Text size="xs" c="dimmed">
                    {t('work.boards.cards', { count: board.cards.length })}
                  </Text>
                  {board.shared && (
                    <Tag>
                      {board.mine
                        ? t('work.shared_tag')
                        : t('work.views.of', { name: board.owner?.name ?? '' })}
                    </Tag>
                  )}
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Answer>
      {making && <BoardForm onClose={close} />}
    </Page>
  );
}

interface BoardFormProps {
  board?: Dashboard;
  onClose: () => void;
}

/** What a new one begins with: the figures that everybody asks for first. */
function firstCards(title: (metric: string) => string): Card[] {
  const metric = (name: string): Card => ({ title: title(name), kind: 'metric', metric: name, width: 1 });
  return ['revenue', 'orders', 'average_order', 'customers'].map(metric);
}

export function BoardForm({ board, onClose }: BoardFormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [name, setName] = useState(board?.name ?? '');
  const [shared, setShared] = useState(board?.shared ?? false);
  const save = useAct({
    run: () =>
      board
        ? dashboards.change(board.id, { name: name.trim(), shared })
        : dashboards.create({
            name: name.trim(),
            shared,
            period: 'last_30_days',
            cards: firstCards((metric) => t(`common.metrics.${metric as 'revenue'}`)),
          }),
    touches: ['dashboards'],
    done: ({ id }) => {
      onClose();
      if (!board) void navigate({ to: '/dashboards/$id', params: { id } });
      return t('work.boards.saved');
    },
    quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(board ? 'work.boards.change' : 'work.boards.new')}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {save.isError && (
            <Alert color="red" variant="light" role="alert">
              <ProblemText error={save.error} />
            </Alert>
          )}
          <TextInput
            label={t('work.boards.name')}
            data-autofocus
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox
            label={t('work.shared')}
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.actions.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!name.trim()}>
              {t('common.actions.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
