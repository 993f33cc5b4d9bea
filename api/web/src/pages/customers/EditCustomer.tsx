import { ActionIcon, Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { asProblem } from '~/api/problem';
import type { CustomerCard } from '~/api/types';
import { fieldText } from '~/app/problems';
import { ProblemText } from '~/ui/ProblemText';
import { tell } from '~/ui/tell';
import { ConsentFields } from './ConsentFields';

interface EditCustomerProps {
  customer: CustomerCard;
  onClose: () => void;
}

const FIELDS = ['name', 'email', 'phone'] as const;

export function EditCustomer({ customer, onClose }: EditCustomerProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const before = customer.attributes as Record<string, unknown>;
  const [values, setValues] = useState({
    name: customer.name ?? '',
    email: customer.email ?? '',
    phone: customer.phone ?? '',
  });
  const [leftAlone, setLeftAlone] = useState(customer.do_not_contact);
  const [consent, setConsent] = useState(customer.consent);
  const [tags, setTags] = useState(customer.tags.join(', '));
  const [attributes, setAttributes] = useState(
    Object.entries(before)
      // Only plain values can be edited as text.
      .filter(([, value]) => typeof value !== 'object')
      .map(([name, value]) => ({ name, value: String(value) })),
  );
  const save = useMutation({
    mutationFn: () => {
      const kept = attributes.filter(({ name }) => name.trim() !== '');
      const gone = Object.keys(before).filter(
        (name) => typeof before[name] !== 'object' && !kept.some((item) => item.name === name),
      );
      // What was not touched is sent as it was: a number stays a number.
      const sent = kept.map(
        ({ name, value }) => [name, String(before[name]) === value ? before[name] : value] as const,
      );
      const body = {
        ...Object.fromEntries(FIELDS.map((name) => [name, values[name].trim() || null])),
        tags: tags
          .split(',')
          .map((tag) => tag.trim())
          .filter(Boolean),
        do_not_contact: leftAlone,
        // What was not touched is not sent: an app may have changed it meanwhile.
        ...(consent !== customer.consent && { consent: consent.filter(({ channel }) => channel.trim()) }),
        attributes: Object.fromEntries([...sent, ...gone.map((name) => [name, null] as const)]),
      };
      return ask(
        api.PATCH('/v1/customers/{id}', {
          params: { path: { id: customer.customer_id } },
          body: body as never,
        }),
      );
    },
    onSuccess: async () => {
      await client.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] === 'customer' || queryKey[0] === 'customers',
      });
      tell({ message: t('customers.edit.saved') });
      onClose();
    },
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const change = (index: number, next: Partial<{ name: string; value: string }>) =>
    setAttributes((list) => list.map((item, at) => (at === index ? { ...item, ...next } : item)));
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('customers.edit.title')}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {problem && Object.keys(problem.fields).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              <ProblemText error={problem} />
            </Alert>
          )}
          {FIELDS.map((name) => (
            <TextInput
              key={name}
              label={t(`customers.fields.${name}`)}
              value={values[name]}
              error={fieldText(problem?.fields[name])}
              onChange={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
            />
          ))}
          <TextInput
            label={t('customers.fields.tags')}
            description={t('customers.edit.tags_hint')}
            value={tags}
            error={fieldText(problem?.fields.tags)}
            onChange={(event) => setTags(event.currentTarget.value)}
          />
          <Checkbox
            label={t('customers.edit.left_alone')}
            description={t('customers.edit.left_alone_hint')}
            checked={leftAlone}
            onChange={(event) => setLeftAlone(event.currentTarget.checked)}
          />
          <ConsentFields consent={consent} error={fieldText(problem?.fields.consent)} onChange={setConsent} />
          <Text size="sm" fw={500}>
            {t('customers.edit.attributes')}
          </Text>
          {attributes.map(({ name, value }, index) => (
            <Group key={index} gap="xs" wrap="nowrap">
              <TextInput
                aria-label={t('customers.edit.attribute_name')}
                placeholder={t('customers.edit.attribute_name')}
                value={name}
                onChange={(event) => change(index, { name: event.currentTarget.value })}
              />
              <TextInput
                flex={1}
                aria-label={t('customers.edit.attribute_value')}
                placeholder={t('customers.edit.attribute_value')}
                value={value}
                onChange={(event) => change(index, { value: event.currentTarget.value })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('customers.edit.removed', { name })}
                onClick={() => setAttributes((list) => list.filter((_, at) => at !== index))}
              >
                <IconX size={15} />
              </ActionIcon>
            </Group>
          ))}
          <Group justify="space-between">
            <Button
              variant="subtle"
              leftSection={<IconPlus size={15} />}
              onClick={() => setAttributes((list) => [...list, { name: '', value: '' }])}
            >
              {t('customers.edit.add_attribute')}
            </Button>
            <Group gap="xs">
              <Button variant="default" onClick={onClose}>
                {t('common.actions.cancel')}
              </Button>
              <Button type="submit" loading={save.isPending}>
                {t('common.actions.save')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
