import { Button, SegmentedControl, Text } from '@mantine/core';
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
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { timelineQuery } from '~/api/customers';
import type { TimelineEvent } from '~/api/types';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatDate, formatMoney, formatNumber, formatTime } from '~/lib/format';
import { Panel } from '~/ui/Panel';
import { Answer } from '~/ui/States';
import classes from './CustomerView.module.css';

const LINES = 4;
const ICONS: Record<string, typeof IconNote> = {
  call: IconPhone,
  email: IconMail,
  note: IconNote,
  chat: IconMessage,
};

type Kind = 'all' | 'purchases' | 'interactions';

export function Timeline({ id, nextOrderAt }: { id: string; nextOrderAt: string | null }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const query = useInfiniteQuery(timelineQuery(id));
  const [kind, setKind] = useState<Kind>('all');
  const events = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(
    (event) => kind === 'all' || event.type === kind.slice(0, -1),
  );
  const overdue = nextOrderAt !== null && new Date(nextOrderAt) < new Date();
  const nextDate = formatDate(nextOrderAt, language, zone);
  return (
    <Panel
      title={t('customers.card.timeline')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('customers.card.timeline')}
          value={kind}
          onChange={(value) => setKind(value as Kind)}
          data={(['all', 'purchases', 'interactions'] as const).map((value) => ({
            value,
            label: t(`customers.card.${value}`),
          }))}
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
            {events.length === 0 && (
              <Text size="sm" c="dimmed">
                {t('customers.card.no_events')}
              </Text>
            )}
            {query.hasNextPage && (
              <Button
                variant="default"
                size="xs"
                mt="xs"
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
    const money = (value: number) => formatMoney(value, event.currency, language);
    const isRefund = event.amount < 0;
    const Icon = isRefund ? IconReceiptRefund : IconBasket;
    const rest = event.items.length - LINES;
    return (
      <li className={classes.event}>
        <Icon size={17} stroke={1.6} aria-hidden />
        <span>
          {t(isRefund ? 'customers.card.refund' : 'customers.card.purchase', { id: event.purchase_id })}
          {event.channel && ` · ${event.channel}`}
          <br />
          {when}
        </span>
        <b className="num">{money(event.amount)}</b>
        <ul className={classes.lines}>
          {event.items.slice(0, LINES).map((item, index) => (
            <li key={index}>
              <span className="truncate">
                {item.product ?? item.product_id ?? '–'}
                {item.quantity !== 1 && ` × ${formatNumber(item.quantity, language)}`}
              </span>
              <span className="num">{money(item.amount)}</span>
            </li>
          ))}
          {rest > 0 && (
            <li>+ {t('customers.card.lines', { count: rest, shown: formatNumber(rest, language) })}</li>
          )}
        </ul>
      </li>
    );
  }
  const Icon = ICONS[event.kind] ?? IconNote;
  return (
    <li className={classes.event}>
      <Icon size={17} stroke={1.6} aria-hidden />
      <span>
        {[event.subject ?? event.kind, event.channel].filter(Boolean).join(' · ')}
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
