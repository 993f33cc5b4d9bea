import { Button, Group, Text, Title } from '@mantine/core';
import { IconCheck, IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { decide } from '~/api/recommendations';
import type { Recommendation } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { problemLine } from '~/app/problems';
import { useAllowed } from '~/app/session';
import { formatMoney, formatNumber, formatPercent } from '~/lib/format';
import { AnchorLink } from '~/ui/links';
import { Panel } from '~/ui/Panel';
import { Tag } from '~/ui/Tag';
import { tell } from '~/ui/tell';
import { Details } from './Details';
import { Lift } from './Lift';
import classes from './Recommendations.module.css';

interface AdviceProps {
  advice: Recommendation;
  opened: boolean;
  onToggle: () => void;
}

export function Advice({ advice, opened, onToggle }: AdviceProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const client = useQueryClient();
  const mayDecide = useAllowed('manager');
  const change = useMutation({
    mutationFn: (status: 'accepted' | 'dismissed' | 'done') => decide(advice.id, status, language),
    onSuccess: async (_, status) => {
      tell({ message: t(`recommendations.decided.${status}`) });
      await client.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] === 'recommendations' || queryKey[0] === 'tasks',
      });
    },
    onError: (error) =>
      tell({
        color: 'red',
        title: t('common.states.failed'),
        message: problemLine(error),
      }),
  });
  const { expected, customers_total: customers, products } = advice;
  const money = (value: number) => formatMoney(Math.round(value), expected.unit, language);
  const isEstimated = expected.method !== 'not_estimated';
  return (
    <Panel>
      <article className={classes.advice} data-status={advice.status}>
        <div>
          <Group gap={4} mb={4}>
            <Tag tone="accent">{textOf('recommendations.kinds', advice.kind)}</Tag>
            {customers > 0 && (
              <Tag>
                {t('recommendations.about_customers', {
                  count: customers,
                  shown: formatNumber(customers, language),
                })}
              </Tag>
            )}
            {products.length > 0 && (
              <Tag>
                {t('recommendations.about_products', {
                  count: products.length,
                  shown: formatNumber(products.length, language),
                })}
              </Tag>
            )}
          </Group>
          <Title order={2}>{advice.title}</Title>
          <Text size="sm" mt={4}>
            {advice.reason}
          </Text>
        </div>
        <div className={classes.expected}>
          <Text size="xs" c="dimmed">
            {t('recommendations.expected')}, {t('recommendations.in_days', { count: expected.days })}
          </Text>
          <div className={classes.money}>
            {isEstimated ? money(expected.value) : t('recommendations.not_estimated')}
          </div>
          {isEstimated && (
            <Text size="xs" c="dimmed">
              {t('recommendations.interval', { lower: money(expected.lower), upper: money(expected.upper) })}
            </Text>
          )}
          <Text size="xs" c="dimmed">
            {t('recommendations.confidence', { share: formatPercent(advice.confidence, language, 0) })}
          </Text>
        </div>
        {advice.status !== 'new' && <Lift advice={advice} />}
        {advice.status === 'accepted' && (
          <div className={classes.foot}>
            <AnchorLink to="/tasks" size="sm">
              {t('recommendations.to_task')}
            </AnchorLink>
          </div>
        )}
        <div className={classes.foot}>
          {mayDecide && advice.status === 'new' && (
            <>
              <Button
                size="xs"
                leftSection={<IconCheck size={14} />}
                loading={change.isPending}
                onClick={() => change.mutate('accepted')}
              >
                {t('recommendations.accept')}
              </Button>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconX size={14} />}
                disabled={change.isPending}
                onClick={() => change.mutate('dismissed')}
              >
                {t('recommendations.dismiss')}
              </Button>
            </>
          )}
          {mayDecide && advice.status === 'accepted' && (
            <Button
              size="xs"
              leftSection={<IconCheck size={14} />}
              loading={change.isPending}
              onClick={() => change.mutate('done')}
            >
              {t('recommendations.done')}
            </Button>
          )}
          {!mayDecide && (
            <Text size="xs" c="dimmed">
              {t('recommendations.person_only')}
            </Text>
          )}
          <Button
            size="xs"
            variant="subtle"
            rightSection={opened ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
            aria-expanded={opened}
            onClick={onToggle}
          >
            {t('recommendations.details')}
          </Button>
        </div>
        {opened && <Details advice={advice} />}
      </article>
    </Panel>
  );
}
