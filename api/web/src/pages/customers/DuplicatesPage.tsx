import '@mantine/core/styles/Radio.css';
import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Duplicates, duplicatesQuery, MERGE_TOUCHES, merge } from '~/api/merging';
import { textOf } from '~/app/language';
import { useAllowed } from '~/app/session';
import { Confirm } from '~/ui/Confirm';
import { AnchorLink } from '~/ui/links';
import { Page } from '~/ui/Page';
import { Panel } from '~/ui/Panel';
import { Answer, Empty } from '~/ui/States';
import { useAct } from '~/ui/useAct';

/** Customers who may be one person: who stays is chosen, and the others are merged into them. */
export function DuplicatesPage() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(duplicatesQuery);
  const groups = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title={t('customers.merge.duplicates')}
      lead={
        <AnchorLink to="/customers" size="sm">
          <IconArrowLeft size={14} style={{ verticalAlign: -2 }} aria-hidden /> {t('customers.title')}
        </AnchorLink>
      }
    >
      <Answer
        query={query}
        isEmpty={() => groups.length === 0}
        empty={<Empty title={t('customers.merge.none')} text={t('customers.merge.none_text')} />}
      >
        {() => (
          <Stack gap="sm" maw={760}>
            {groups.map((group) => (
              <Twins key={group.customers.map(({ customer_id }) => customer_id).join(' ')} group={group} />
            ))}
            {query.hasNextPage && (
              <Button
                variant="default"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t('common.actions.load_more')}
              </Button>
            )}
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

function Twins({ group }: { group: Duplicates }) {
  const { t } = useTranslation();
  const mayMerge = useAllowed('manager');
  const [stays, setStays] = useState(group.customers[0]?.customer_id ?? '');
  const [asking, setAsking] = useState(false);
  const others = group.customers.filter(({ customer_id }) => customer_id !== stays);
  const act = useAct({
    run: async () => {
      // One after another: each is into the person that those before have become part of.
      for (const { customer_id } of others) await merge(customer_id, stays);
    },
    touches: MERGE_TOUCHES,
    done: () => {
      setAsking(false);
      return t('customers.merge.done');
    },
    quiet: true,
  });
  const reasons = group.reasons.map((reason) => textOf('customers.merge.reasons', reason));
  return (
    <Panel title={reasons.join(', ')}>
      <Radio.Group aria-label={t('customers.merge.stays')} value={stays} onChange={setStays}>
        <Stack gap={8}>
          {group.customers.map(({ customer_id, name, email, phone, city }) => (
            <Group key={customer_id} justify="space-between" wrap="nowrap">
              <Radio
                value={customer_id}
                disabled={!mayMerge}
                label={name || email || customer_id}
                description={[customer_id, email, phone, city].filter(Boolean).join(' · ')}
              />
              <AnchorLink
                to="/customers/$id"
                params={{ id: customer_id }}
                size="xs"
                aria-label={t('customers.merge.open', { name: name || customer_id })}
              >
                {t('customers.card.full')}
              </AnchorLink>
            </Group>
          ))}
        </Stack>
      </Radio.Group>
      {mayMerge && (
        <Group mt="sm">
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('customers.merge.into_this')}
          </Button>
          <Text size="xs" c="dimmed">
            {t('customers.merge.undo_hint')}
          </Text>
        </Group>
      )}
      {asking && (
        <Confirm
          title={t('customers.merge.into_this')}
          text={t('customers.merge.text')}
          button={t('customers.merge.button')}
          busy={act.isPending}
          error={act.error}
          onConfirm={() => act.mutate()}
          onClose={() => setAsking(false)}
        />
      )}
    </Panel>
  );
}
