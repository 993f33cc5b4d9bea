import '@mantine/core/styles/Badge.css';
import { Badge, Button, Select, Text } from '@mantine/core';
import {
  IconBasket,
  IconCalendarClock,
  IconMail,
  IconMessage,
  IconNote,
  IconPhone,
  IconReceiptRefund,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { timelineQuery } from '~/api/customers';
import type { TimelineEvent } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatDate, formatMoney, formatTime } from '~/lib/format';
import { Panel } from '~/ui/Panel';
import { Answer } from '~/ui/States';
import classes from './CustomerView.module.css';
import { PurchaseLines } from './PurchaseLines';

const ICONS: Record<string, typeof IconNote> = {
  call: IconPhone,
  email: IconMail,
  note: IconNote,
  chat: IconMessage,
};

/** Kinds that are there to choose from before any of them was seen. */
const KINDS = ['all', 'purchases', 'refunds', 'interactions'] as const;

/** Events that a filter leaves, below which more are asked for: a page may have none of the kind. */
const ENOUGH = 10;

function isOf(event: TimelineEvent, kind: string): boolean {
  if (kind === 'all') return true;
  if (event.type === 'purchase')
    return kind === 'purchases' ? event.amount >= 0 : kind === 'refunds' && event.amount < 0;
  return kind === 'interactions' || kind === `kind:${event.kind}`;
}

export function Timeline({ id, nextOrderAt }: { id: string; nextOrderAt: string | null }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const query = useInfiniteQuery(timelineQuery(id));
  const { events: kind = 'all' } = useSearch({ strict: false });
  const navigate = useNavigate();
  const setKind = (next: string) =>
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, events: next === 'all' ? undefined : next }),
      replace: true,
    } as never);
  const seen = query.data?.pages.flatMap((page) => page.items) ?? [];
  const events = seen.filter((event) => isOf(event, kind));
  const kinds = [...new Set(seen.flatMap((event) => (event.type === 'interaction' ? [event.kind] : [])))];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const wantsMore = kind !== 'all' && events.length < ENOUGH && hasNextPage && !isFetchingNextPage;
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);
  const overdue = nextOrderAt !== null && new Date(nextOrderAt) < new Date();
  const nextDate = formatDate(nextOrderAt, language, zone);
  return (
    <Panel
      title={t('customers.card.timeline')}
      actions={
        <Select
          size="xs"
          w={150}
          aria-label={t('customers.card.show_kind')}
          value={kind}
          onChange={(value) => value && setKind(value)}
          data={[
            ...KINDS.map((value) => ({ value: value as string, label: t(`customers.card.${value}`) })),
            // What the address asks for is there to see, even before such an event was.
            ...[...new Set([...kinds, ...(kind.startsWith('kind:') ? [kind.slice(5)] : [])])].map(
              (value) => ({ value: `kind:${value}`, label: textOf('customers.kinds', value) }),
            ),
          ]}
        />
      }
    >
      <Answer query={query}>
        {() => (
          <>
            <ol className={classes.events}>
              {nextOrderAt && (
                <li className={`${classes.event} ${classes.next}`}>
                  <IconCalendarClock size={17} stroke={1.6} aria-hidden />
                  <span>
                    {overdue
                      ? t('customers.card.overdue', { date: nextDate })
                      : t('customers.card.expected_here', { date: nextDate })}
                  </span>
                </li>
              )}
              {events.map((event) => (
                <Event
                  key={event.type === 'purchase' ? `p${event.purchase_id}` : `i${event.interaction_id}`}
                  event={event}
                />
              ))}
            </ol>
            {events.length === 0 && !hasNextPage && (
              <Text size="sm" c="dimmed">
                {t('customers.card.no_events')}
              </Text>
            )}
            {hasNextPage && (
              <Button
                variant="default"
                size="xs"
                mt="xs"
                loading={isFetchingNextPage}
                onClick={() => void fetchNextPage()}
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

function Event({ event }: { event: TimelineEvent }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const when = (
    <Text span size="xs" c="dimmed">
      {formatTime(event.occurred_at, language, zone)}
    </Text>
  );
  if (event.type === 'purchase') {
    const money = (value: number) => formatMoney(value, event.currency, language, { column: true });
    const isRefund = event.amount < 0;
    const Icon = isRefund ? IconReceiptRefund : IconBasket;
    return (
      <li className={classes.event}>
        <Icon size={17} stroke={1.6} aria-hidden />
        <span>
          {t(isRefund ? 'customers.card.refund' : 'customers.card.purchase', { id: event.purchase_id })}
          {event.channel && ` · ${event.channel}`}
          {event.source && ` · ${event.source}`}
          {event.status !== 'completed' && (
            <>
              {' '}
              <Badge
                size="xs"
                variant="light"
                color={event.status === 'pending' ? 'yellow' : 'gray'}
                title={t('customers.card.not_counted')}
              >
                {textOf('customers.statuses', event.status)}
              </Badge>
            </>
          )}
          <br />
          {when}
          {event.refund_of && (
            <Text span size="xs" c="dimmed">
              {` · ${t('customers.card.refund_of', { id: event.refund_of })}`}
            </Text>
          )}
        </span>
        <b className="num">{money(event.amount)}</b>
        <PurchaseLines purchase={event} />
      </li>
    );
  }
  const Icon = ICONS[event.kind] ?? IconNote;
  return (
    <li className={classes.event}>
      <Icon size={17} stroke={1.6} aria-hidden />
      <span>
        {[event.subject ?? textOf('customers.kinds', event.kind), event.channel].filter(Boolean).join(' · ')}
        <br />
        {when}
      </span>
      <span />
      <div className={classes.lines}>
        {event.body && <div>{event.body}</div>}
        {event.outcome && <div>{t('customers.card.outcome', { outcome: event.outcome })}</div>}
        {event.agent && <div>{t('customers.card.agent', { agent: event.agent })}</div>}
      </div>
    </li>
  );
}
