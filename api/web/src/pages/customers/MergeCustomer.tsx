import '@mantine/core/styles/Radio.css';
import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { MERGE_TOUCHES, merge } from '~/api/merging';
import type { CustomerCard } from '~/api/types';
import { ProblemText } from '~/ui/ProblemText';
import { useAct } from '~/ui/useAct';

const FOUND = 6;

interface MergeCustomerProps {
  customer: CustomerCard;
  onClose: () => void;
  /** The customer is another's now. */
  onMerged: (into: string) => void;
}

/** Makes a customer another one's: who that is, is looked for by the address or number that both have, or by what is typed. */
export function MergeCustomer({ customer, onClose, onMerged }: MergeCustomerProps) {
  const { t } = useTranslation();
  const id = customer.customer_id;
  const [text, setText] = useState(customer.email ?? customer.phone ?? customer.name ?? '');
  const [sought] = useDebouncedValue(text.trim(), 200);
  const [into, setInto] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ['customers', 'merge', sought],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/customers', { params: { query: { search: sought, limit: FOUND + 1 } }, signal })),
    enabled: sought.length > 1,
    placeholderData: keepPreviousData,
  });
  const found = (query.data?.items ?? []).filter((other) => other.customer_id !== id).slice(0, FOUND);
  const chosen = found.find((other) => other.customer_id === into);
  const act = useAct({
    run: (other: string) => merge(id, other),
    touches: MERGE_TOUCHES,
    done: (merged) => {
      onClose();
      onMerged(merged.customer_id);
      return t('customers.merge.done');
    },
    quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen) act.mutate(chosen.customer_id);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('customers.merge.title', { name: customer.name || id })}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {act.isError && (
            <Alert color="red" variant="light" role="alert">
              <ProblemText error={act.error} />
            </Alert>
          )}
          <Text size="sm">{t('customers.merge.text')}</Text>
          <TextInput
            type="search"
            label={t('customers.merge.into')}
            description={t('customers.search')}
            leftSection={<IconSearch size={15} />}
            data-autofocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {query.isError && (
            <Text size="sm" c="var(--kp-bad)" role="alert">
              <ProblemText error={query.error} />
            </Text>
          )}
          {query.data && found.length === 0 && (
            <Text size="sm" c="dimmed" role="status">
              {t('customers.merge.nobody')}
            </Text>
          )}
          {found.length > 0 && (
            <Radio.Group aria-label={t('customers.merge.who')} value={into} onChange={setInto}>
              <Stack gap={8}>
                {found.map(({ customer_id, name, email, phone }) => (
                  <Radio
                    key={customer_id}
                    value={customer_id}
                    label={name || email || customer_id}
                    description={[customer_id, email, phone].filter(Boolean).join(' · ')}
                  />
                ))}
              </Stack>
            </Radio.Group>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.actions.cancel')}
            </Button>
            <Button type="submit" disabled={!chosen} loading={act.isPending}>
              {t('customers.merge.button')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
