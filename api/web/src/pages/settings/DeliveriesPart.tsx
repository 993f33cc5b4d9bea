import { ActionIcon, Button, Menu, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Delivery, deliveries, deliveriesQuery, deliveryRunsQuery } from '~/api/work';
import { textOf, useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatMinutes, formatNumber, formatTime, NONE } from '~/lib/format';
import { Confirm } from '~/ui/Confirm';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { Answer, Empty } from '~/ui/States';
import { Tag } from '~/ui/Tag';
import { useAct } from '~/ui/useAct';
import { DeliveryForm } from './DeliveryForm';

/** What is told without being asked for: digests by the clock, alerts when something happens. */
export default function DeliveriesPart() {
  const { t } = useTranslation();
  const { time_zone: zone } = useWorkspace();
  const query = useQuery(deliveriesQuery);
  const [making, { open, close }] = useDisclosure(false);
  return (
    <Panel
      title={t('sending.deliveries.title')}
      note={t('sending.deliveries.note', { zone })}
      actions={
        query.data && (
          <Button size="xs" leftSection={<IconPlus size={14} />} onClick={open}>
            {t('sending.deliveries.new')}
          </Button>
        )
      }
    >
      <Answer
        query={query}
        isEmpty={(items) => items.length === 0}
        empty={<Empty title={t('sending.deliveries.empty')} text={t('sending.deliveries.empty_text')} />}
      >
        {(items) => <List items={items} />}
      </Answer>
      {making && <DeliveryForm onClose={close} />}
    </Panel>
  );
}

function List({ items }: { items: Delivery[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone, currency } = useWorkspace();
  const [chosen, setChosen] = useState<{ item: Delivery; act: 'edit' | 'remove' | 'log' } | null>(null);
  const close = () => setChosen(null);
  const change = useAct({
    run: ({ id, active }: Delivery) => deliveries.change(id, { active: !active }),
    touches: ['deliveries'],
  });
  const remove = useAct({
    run: (id: string) => deliveries.remove(id),
    touches: ['deliveries'],
    done: () => {
      close();
      return t('sending.deliveries.removed');
    },
    quiet: true,
  });
  const when = ({ schedule, alert }: Delivery) => {
    if (alert) {
      const limits = [
        alert.above !== null && alert.above !== undefined
          ? t('sending.deliveries.above', { value: formatNumber(alert.above, language) })
          : null,
        alert.below !== null && alert.below !== undefined
          ? t('sending.deliveries.below', { value: formatNumber(alert.below, language) })
          : null,
        alert.change_percent !== null && alert.change_percent !== undefined
          ? t('sending.deliveries.change', { value: formatNumber(alert.change_percent, language) })
          : null,
        alert.amount !== null && alert.amount !== undefined
          ? `${formatNumber(alert.amount, language)} ${currency}`
          : null,
      ].filter(Boolean);
      const what = [t(`sending.deliveries.alerts.${alert.type}`), textOf('common.metrics', alert.metric)];
      return [...what.filter(Boolean), ...limits].join(', ');
    }
    if (!schedule) return NONE;
    const day = {
      day: null,
      week: textOf('reports.weekdays', String(schedule.weekday ?? 1)),
      month: t('sending.deliveries.day_of_month', { day: schedule.day ?? 1 }),
    }[schedule.every];
    return [t(`sending.deliveries.every.${schedule.every}`), day, formatMinutes(schedule.hour * 60)]
      .filter(Boolean)
      .join(', ');
  };
  return (
    <>
      <DataTable
        label={t('sending.deliveries.title')}
        wraps={[0, 1]}
        heads={[
          t('sending.deliveries.name'),
          t('sending.deliveries.when'),
          t('sending.deliveries.where'),
          t('sending.deliveries.next'),
          t('sending.webhooks.state'),
          '',
        ]}
        rows={items.map((item) => ({
          key: item.id,
          cells: [
            <span key="n">
              <b>{item.name}</b> <Tag>{t(`sending.deliveries.kinds.${item.kind}`)}</Tag>
            </span>,
            when(item),
            item.channel === 'telegram' ? t('sending.deliveries.telegram') : (item.target.email ?? NONE),
            item.active ? formatTime(item.next_run_at, language, zone) : NONE,
            <Tag key="s" tone={item.active ? 'good' : undefined}>
              {t(item.active ? 'sending.deliveries.on' : 'sending.deliveries.off')}
            </Tag>,
            <Menu key="a" position="bottom-end">
              <Menu.Target>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={24}
                  aria-label={t('sending.deliveries.actions', { name: item.name })}
                >
                  <IconDots size={15} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => setChosen({ item, act: 'log' })}>
                  {t('sending.deliveries.log')}
                </Menu.Item>
                <Menu.Item onClick={() => change.mutate(item)}>
                  {t(item.active ? 'sending.deliveries.pause' : 'sending.deliveries.resume')}
                </Menu.Item>
                <Menu.Item onClick={() => setChosen({ item, act: 'edit' })}>
                  {t('common.actions.edit')}
                </Menu.Item>
                <Menu.Item c="var(--kp-bad)" onClick={() => setChosen({ item, act: 'remove' })}>
                  {t('common.actions.remove')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>,
          ],
        }))}
      />
      {chosen?.act === 'edit' && <DeliveryForm delivery={chosen.item} onClose={close} />}
      {chosen?.act === 'log' && <Runs item={chosen.item} onClose={close} />}
      {chosen?.act === 'remove' && (
        <Confirm
          title={t('sending.deliveries.remove', { name: chosen.item.name })}
          text={t('sending.deliveries.remove_text')}
          button={t('common.actions.remove')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(chosen.item.id)}
          onClose={close}
        />
      )}
    </>
  );
}

function Runs({ item, onClose }: { item: Delivery; onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const query = useQuery(deliveryRunsQuery(item.id));
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('sending.deliveries.log_of', { name: item.name })}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <Answer
        query={query}
        isEmpty={(runs) => runs.length === 0}
        empty={<Empty title={t('sending.deliveries.no_log')} />}
      >
        {(runs) => (
          <DataTable
            label={t('sending.deliveries.log')}
            wraps={[2]}
            heads={[
              t('settings.audit.when'),
              t('sending.exports.heads.status'),
              t('sending.deliveries.told'),
            ]}
            rows={runs.map((run) => ({
              key: run.id,
              cells: [
                formatTime(run.at, language, zone),
                <Tag
                  key="s"
                  tone={run.status === 'failed' ? 'bad' : run.status === 'sent' ? 'good' : undefined}
                >
                  {textOf('sending.deliveries.statuses', run.status)}
                </Tag>,
                run.summary ?? run.reason ?? NONE,
              ],
            }))}
          />
        )}
      </Answer>
    </Modal>
  );
}
