import '@mantine/core/styles/Progress.css';
import {
  Alert,
  Button,
  Group,
  Modal,
  Progress,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { IconTag } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import type { Customer } from '~/api/types';
import { useLanguage } from '~/app/language';
import { formatNumber } from '~/lib/format';
import { ProblemText } from '~/ui/ProblemText';
import { tell } from '~/ui/tell';

/** Requests on their way at once. */
const LANES = 4;

interface BulkTagsProps {
  customers: Customer[];
  onDone: () => void;
}

function retag(tags: string[], tag: string, how: 'add' | 'remove'): string[] {
  const others = tags.filter((other) => other !== tag);
  return how === 'add' ? [...others, tag] : others;
}

/** One tag given to, or taken from, all customers that are marked. */
export function BulkTags({ customers, onDone }: BulkTagsProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconTag size={15} />} onClick={() => setOpened(true)}>
        {t('customers.bulk.button')}
      </Button>
      {opened && (
        <TagForm
          customers={customers}
          onClose={() => setOpened(false)}
          onDone={() => {
            setOpened(false);
            onDone();
          }}
        />
      )}
    </>
  );
}

function TagForm({ customers, onClose, onDone }: BulkTagsProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const client = useQueryClient();
  const [how, setHow] = useState<'add' | 'remove'>('add');
  const [tag, setTag] = useState('');
  const [done, setDone] = useState(0);
  const stopped = useRef(false);
  const count = { count: customers.length, shown: formatNumber(customers.length, language) };
  const run = useMutation({
    mutationFn: async () => {
      stopped.current = false;
      setDone(0);
      const name = tag.trim();
      // Whoever has it already, or has it not, is left alone.
      const rest = customers.filter(({ tags }) => tags.includes(name) !== (how === 'add'));
      setDone(customers.length - rest.length);
      const lane = async () => {
        for (let next = rest.shift(); next && !stopped.current; next = rest.shift()) {
          const params = { path: { id: next.customer_id } };
          const body = { tags: retag(next.tags, name, how) };
          await ask(api.PATCH('/v1/customers/{id}', { params, body: body as never }));
          setDone((before) => before + 1);
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
    },
    onSuccess: () => {
      if (stopped.current) return;
      tell({ message: t('customers.bulk.done', count) });
      onDone();
    },
    onSettled: () =>
      client.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] === 'customer' || queryKey[0] === 'customers',
      }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate();
  };
  const close = () => {
    stopped.current = true;
    onClose();
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t('customers.bulk.title', count)}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {run.isError && (
            <Alert color="red" variant="light" role="alert">
              <ProblemText error={run.error} />
            </Alert>
          )}
          <SegmentedControl
            aria-label={t('customers.bulk.how')}
            value={how}
            onChange={(value) => setHow(value as 'add' | 'remove')}
            data={(['add', 'remove'] as const).map((value) => ({
              value,
              label: t(`customers.bulk.${value}`),
            }))}
          />
          <TextInput
            label={t('customers.bulk.tag')}
            data-autofocus
            maxLength={100}
            value={tag}
            onChange={(event) => setTag(event.currentTarget.value)}
          />
          {run.isPending && (
            <>
              <Progress value={(done / customers.length) * 100} aria-label={t('customers.bulk.progress')} />
              <Text size="xs" c="dimmed" role="status">
                {t('customers.bulk.so_far', { done: formatNumber(done, language), ...count })}
              </Text>
            </>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('common.actions.cancel')}
            </Button>
            <Button type="submit" loading={run.isPending} disabled={!tag.trim()}>
              {t(`customers.bulk.${how}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
