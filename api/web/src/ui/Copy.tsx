import { Button, type ButtonProps } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '~/lib/copy';

interface CopyProps extends ButtonProps {
  text: string;
  label: string;
}

/** Copies a text and says so, to the eye and to a screen reader. */
export function Copy({ text, label, ...props }: CopyProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      variant="default"
      leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
      onClick={() => void copyText(text).then(setCopied)}
      {...props}
    >
      <span aria-live="polite">{copied ? t('common.actions.copied') : label}</span>
    </Button>
  );
}
