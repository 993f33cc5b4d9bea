import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemText } from '~/ui/ProblemText';

interface ConfirmProps {
  title: string;
  text: string;
  button: string;
  /** What is typed before it goes, for what cannot be undone. */
  typed?: { label: string; text: string };
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({ title, text, button, typed, busy, error, onConfirm, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  const [value, setValue] = useState('');
  const ready = !typed || value === typed.text;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onConfirm();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {Boolean(error) && (
            <Alert color="red" variant="light" role="alert">
              <ProblemText error={error} />
            </Alert>
          )}
          <Text size="sm">{text}</Text>
          {typed && (
            <TextInput
              label={typed.label}
              value={value}
              autoComplete="off"
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.actions.cancel')}
            </Button>
            <Button type="submit" color="red.8" disabled={!ready} loading={busy}>
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
