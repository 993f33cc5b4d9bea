import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan } from '~/api/assistant';
import { verified } from '~/api/verified';
import { ProblemText } from '~/ui/ProblemText';
import { useAct } from '~/ui/useAct';

interface VouchProps {
  question: string;
  plan?: Plan | null;
  sql?: string | null;
  onClose: () => void;
}

/** Writes an answer down as one that the workspace vouches for. */
export default function Vouch({ question, plan, sql, onClose }: VouchProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(question.slice(0, 100));
  const save = useAct({
    run: () => verified.add({ name: name.trim(), question, ...(plan ? { plan } : { sql }) }),
    touches: ['verified-questions'],
    done: () => {
      onClose();
      return t('assistant.questions.saved');
    },
    quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) save.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('assistant.questions.vouch')}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{t('assistant.questions.vouch_text')}</Text>
          <TextInput
            label={t('assistant.questions.name')}
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {save.isError && (
            <Text size="sm" c="var(--kp-bad)" role="alert" component="div">
              <ProblemText error={save.error} />
            </Text>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.actions.cancel')}
            </Button>
            <Button type="submit" disabled={!name.trim()} loading={save.isPending}>
              {t('common.actions.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
