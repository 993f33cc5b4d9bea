import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import {
  IconArrowLeft,
  IconArrowNarrowLeft,
  IconArrowNarrowRight,
  IconDots,
  IconPencil,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Card, type Dashboard, dashboardQuery, dashboards } from '~/api/work';
import { addDays, isDay } from '~/lib/day';
import { type PeriodSearch, readPeriod } from '~/lib/period';
import { Confirm } from '~/ui/Confirm';
import { AnchorLink } from '~/ui/links';
import { Page } from '~/ui/Page';
import { Panel } from '~/ui/Panel';
import { PeriodPicker } from '~/ui/PeriodPicker';
import { Answer, Empty } from '~/ui/States';
import { useAct } from '~/ui/useAct';
import { usePeriod } from '~/ui/usePeriod';
import { BoardViews } from './BoardViews';
import { CardForm } from './CardForm';
import { CardView, cardTitle } from './CardView';
import { BoardForm } from './Dashboards';
import classes from './Dashboards.module.css';

export function DashboardPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/app/dashboards/$id' });
  const query = useQuery(dashboardQuery(id));
  if (query.data) return <Board key={id} board={query.data} />;
  return (
    <Page title={t('work.boards.page')} lead={<Back />}>
      <Answer query={query}>{() => null}</Answer>
    </Page>
  );
}

function Back() {
  const { t } = useTranslation();
  return (
    <AnchorLink to="/dashboards" size="sm">
      <IconArrowLeft size={14} style={{ verticalAlign: -2 }} aria-hidden /> {t('work.boards.page')}
    </AnchorLink>
  );
}

/** The period that it was saved with; its end is not part of it, that of a page is. */
function ownPeriod({ period }: Dashboard): PeriodSearch {
  if (typeof period === 'string') return readPeriod({ period });
  if (!period || !isDay(period.from) || !isDay(period.to)) return {};
  return readPeriod({ from: period.from, to: addDays(period.to, -1) });
}

function Board({ board }: { board: Dashboard }) {
  const { t } = useTranslation();
  const search = useSearch({ from: '/app/dashboards/$id' });
  const navigate = useNavigate({ from: '/dashboards/$id' });
  const asked = search.period || search.from ? search : { ...ownPeriod(board), compare: search.compare };
  const period = usePeriod(asked);
  const [form, setForm] = useState<'name' | 'new' | 'remove' | number | null>(null);
  const change = useAct({
    run: (cards: Card[]) => dashboards.change(board.id, { cards }),
    touches: ['dashboards'],
  });
  const keepPeriod = useAct({
    run: () =>
      dashboards.change(board.id, {
        period:
          period.preset !== 'custom'
            ? period.preset
            : { from: period.span.from ?? '', to: period.span.to ?? '' },
      }),
    touches: ['dashboards'],
    done: () => t('work.boards.period_kept'),
  });
  const remove = useAct({
    run: () => dashboards.remove(board.id),
    touches: [],
    done: () => {
      void navigate({ to: '/dashboards' });
      return t('work.boards.removed');
    },
    quiet: true,
  });
  // What was asked for is shown at once; the server's answer takes its place.
  const cards = change.isPending && change.variables ? change.variables : board.cards;
  const move = (at: number, by: number) => {
    const next = [...cards];
    const [taken] = next.splice(at, 1);
    if (taken) next.splice(at + by, 0, taken);
    change.mutate(next);
  };
  const add = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setForm('new')}>
      {t('work.boards.add')}
    </Button>
  );
  const edited = typeof form === 'number' ? cards[form] : undefined;
  return (
    <Page
      title={board.name}
      lead={<Back />}
      actions={
        <>
          <BoardViews id={board.id} />
          {board.mine ? (
            <>
              {add}
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon variant="default" size={34} aria-label={t('work.boards.actions')}>
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setForm('name')}>
                    {t('work.boards.change')}
                  </Menu.Item>
                  <Menu.Item onClick={() => keepPeriod.mutate()}>{t('work.boards.keep_period')}</Menu.Item>
                  <Menu.Item
                    leftSection={<IconTrash size={15} />}
                    c="var(--kp-bad)"
                    onClick={() => setForm('remove')}
                  >
                    {t('common.actions.remove')}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </>
          ) : (
            <Text size="xs" c="dimmed">
              {t('work.views.of', { name: board.owner?.name ?? '' })}
            </Text>
          )}
        </>
      }
      filters={
        <PeriodPicker
          period={period}
          comparable
          onChange={(next) => void navigate({ search: (before) => ({ ...before, ...next }) })}
        />
      }
    >
      {cards.length === 0 ? (
        <Empty
          title={t('work.boards.no_cards')}
          text={t('work.boards.no_cards_text')}
          action={board.mine && add}
        />
      ) : (
        <div className={classes.cards}>
          {cards.map((card, at) => (
            <div key={card.id ?? at} className={classes.card} data-width={card.width}>
              <Panel
                title={cardTitle(card)}
                note={
                  ['text', 'forecast', 'saved_report'].includes(card.kind)
                    ? undefined
                    : (period.say(period.span) ?? t('common.periods.all'))
                }
                actions={
                  board.mine && (
                    <Menu position="bottom-end">
                      <Menu.Target>
                        <ActionIcon
                          variant="subtle"
                          color="gray"
                          size={24}
                          aria-label={t('work.boards.card_actions', { title: cardTitle(card) })}
                        >
                          <IconDots size={15} />
                        </ActionIcon>
                      </Menu.Target>
                      <Menu.Dropdown>
                        <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setForm(at)}>
                          {t('common.actions.edit')}
                        </Menu.Item>
                        {at > 0 && (
                          <Menu.Item
                            leftSection={<IconArrowNarrowLeft size={15} />}
                            onClick={() => move(at, -1)}
                          >
                            {t('work.boards.earlier')}
                          </Menu.Item>
                        )}
                        {at < cards.length - 1 && (
                          <Menu.Item
                            leftSection={<IconArrowNarrowRight size={15} />}
                            onClick={() => move(at, 1)}
                          >
                            {t('work.boards.later')}
                          </Menu.Item>
                        )}
                        <Menu.Item
                          leftSection={<IconTrash size={15} />}
                          c="var(--kp-bad)"
                          onClick={() => change.mutate(cards.filter((_, other) => other !== at))}
                        >
                          {t('common.actions.remove')}
                        </Menu.Item>
                      </Menu.Dropdown>
                    </Menu>
                  )
                }
              >
                <CardView card={card} period={period} />
              </Panel>
            </div>
          ))}
        </div>
      )}
      {form === 'name' && <BoardForm board={board} onClose={() => setForm(null)} />}
      {(form === 'new' || edited) && (
        <CardForm
          card={edited}
          onClose={() => setForm(null)}
          onSave={(card) => {
            change.mutate(
              form === 'new' ? [...cards, card] : cards.map((other, at) => (at === form ? card : other)),
            );
            setForm(null);
          }}
        />
      )}
      {form === 'remove' && (
        <Confirm
          title={t('work.boards.remove', { name: board.name })}
          text={t('work.boards.remove_text')}
          button={t('common.actions.remove')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={() => setForm(null)}
        />
      )}
    </Page>
  );
}
