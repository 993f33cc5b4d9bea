import { ActionIcon, Autocomplete, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Consent } from '~/api/types';
import { useWorkspace } from '~/app/session';
import { clockIn } from '~/lib/zone';

/** Channels that are asked about most; any other may be typed. */
const CHANNELS = ['email', 'phone', 'sms', 'post'];

interface ConsentFieldsProps {
  consent: Consent[];
  error?: string;
  onChange: (consent: Consent[]) => void;
}

/** What the person agreed to, a line a channel. A line that is changed says where and when: here, today. */
export function ConsentFields({ consent, error, onChange }: ConsentFieldsProps) {
  const { t } = useTranslation();
  const today = clockIn(useWorkspace().time_zone, new Date()).day;
  const change = (index: number, next: Partial<Consent>) =>
    onChange(
      consent.map((entry, at) =>
        at === index ? { ...entry, source: t('customers.consent.by_hand'), at: today, ...next } : entry,
      ),
    );
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        {t('customers.card.consent')}
      </Text>
      {consent.map(({ channel, given }, index) => (
        <Group key={index} gap="xs" wrap="nowrap">
          <Autocomplete
            flex={1}
            aria-label={t('customers.consent.channel')}
            placeholder={t('customers.consent.channel')}
            data={CHANNELS}
            value={channel}
            maxLength={100}
            onChange={(value) => change(index, { channel: value })}
          />
          <SegmentedControl
            size="xs"
            aria-label={t('customers.consent.whether', { channel })}
            value={given ? 'given' : 'refused'}
            onChange={(value) => change(index, { given: value === 'given' })}
            data={(['given', 'refused'] as const).map((value) => ({
              value,
              label: t(`customers.consent.${value}`),
            }))}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('customers.consent.remove', { channel })}
            onClick={() => onChange(consent.filter((_, at) => at !== index))}
          >
            <IconX size={15} />
          </ActionIcon>
        </Group>
      ))}
      {error && (
        <Text size="xs" c="var(--kp-bad)" role="alert">
          {error}
        </Text>
      )}
      <Group>
        <Button
          variant="subtle"
          leftSection={<IconPlus size={15} />}
          onClick={() =>
            onChange([
              ...consent,
              { channel: '', given: true, source: t('customers.consent.by_hand'), at: today },
            ])
          }
        >
          {t('customers.consent.add')}
        </Button>
      </Group>
    </Stack>
  );
}
