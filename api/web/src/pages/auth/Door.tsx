import { Alert, Button, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '~/app/language';
import { changeLanguage } from '~/i18n';
import type { Language } from '~/lib/format';
import { useTitle } from '~/ui/Page';
import classes from './Door.module.css';

interface DoorProps {
  title: string;
  lead?: string;
  /** What went wrong as a whole. */
  error?: string | null;
  button?: string;
  busy?: boolean;
  onSubmit?: () => void;
  children?: ReactNode;
  /** Ways to the other doors. */
  below?: ReactNode;
}

/** The frame of the pages before the door: one form, nothing else to look at. */
export function Door({ title, lead, error, button, busy, onSubmit, children, below }: DoorProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  useTitle(title);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <main className={classes.door}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <img src="/favicon.svg" alt="" width={26} height={26} />
          <span>{t('common.app')}</span>
        </div>
        <Title order={1} className={classes.title}>
          {title}
        </Title>
        {lead && (
          <Text size="sm" c="dimmed" mt={4}>
            {lead}
          </Text>
        )}
        <form onSubmit={submit} noValidate>
          <Stack gap="sm" mt="md">
            {error && (
              <Alert
                color="red"
                variant="light"
                icon={<IconAlertCircle size={18} />}
                role="alert"
                className={classes.alert}
              >
                {error}
              </Alert>
            )}
            {children}
            {button && (
              <Button type="submit" loading={busy} fullWidth mt={4} size="md">
                {button}
              </Button>
            )}
          </Stack>
        </form>
        {below && <div className={classes.below}>{below}</div>}
      </div>
      <SegmentedControl
        size="xs"
        mt="lg"
        aria-label={t('shell.language.label')}
        value={language}
        onChange={(value) => void changeLanguage(value as Language)}
        data={[
          { value: 'en', label: t('shell.language.en') },
          { value: 'ru', label: t('shell.language.ru') },
        ]}
      />
    </main>
  );
}
