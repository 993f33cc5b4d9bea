import { Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import type { CustomerCard } from '~/api/types';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatDate } from '~/lib/format';
import { ProblemText } from '~/ui/ProblemText';
import { tell } from '~/ui/tell';

interface EraseCustomerProps {
  customer: CustomerCard;
  onClose: () => void;
  onGone: () => void;
}

/** There is no way back, so the id is typed: a click too many erases nobody. */
export function EraseCustomer({ customer, onClose, onGone }: EraseCustomerProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const client = useQueryClient();
  const id = customer.customer_id;
  const [typed, setTyped] = useState('');
  const [keep, setKeep] = useState(true);
  const erase = useMutation({
    mutationFn: () =>
      ask(api.DELETE('/v1/customers/{id}', { params: { path: { id }, query: { keep_totals: keep } } })),
    onSuccess: async ({ complete_by }) => {
      tell({
        message: t('customers.erase.done', { date: formatDate(complete_by, language, zone) }),
      });
      onClose();
      onGone();
      client.removeQueries({ queryKey: ['customer', id] });
      await client.invalidateQueries();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === id) erase.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('customers.erase.title', { name: customer.name || id })}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {erase.isError && (
            <Alert color="red" variant="light" role="alert">
              <ProblemText error={erase.error} />
            </Alert>
          )}
          <Text size="sm">{t('customers.erase.text')}</Text>
          <Checkbox
            checked={keep}
            onChange={(event) => setKeep(event.currentTarget.checked)}
            label={t('customers.erase.keep')}
          />
          <TextInput
            label={t('customers.erase.confirm', { id })}
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.actions.cancel')}
            </Button>
            <Button type="submit" color="red.8" disabled={typed !== id} loading={erase.isPending}>
              {t('customers.erase.button')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
