import { Anchor, Group, SegmentedControl, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Copy } from '~/ui/Copy';
import { Panel } from '~/ui/Panel';
import classes from './Code.module.css';
import { LANGUAGES, NAMES, type SnippetLanguage, snippet } from './snippets';

export function Code({ secret }: { secret: string | null }) {
  const { t } = useTranslation();
  const [language, setLanguage] = useState<SnippetLanguage>('curl');
  const [occurredAt] = useState(() => `${new Date().toISOString().slice(0, 19)}Z`);
  const product = t('connect.code.product');
  const text = useMemo(
    () => snippet(language, { url: window.location.origin, key: secret ?? 'kp_...', product, occurredAt }),
    [language, secret, product, occurredAt],
  );
  return (
    <Panel title={t('connect.code.title')} note={secret ? t('connect.code.note') : t('connect.code.no_key')}>
      <Group justify="space-between" mb="xs" gap="xs">
        <SegmentedControl
          size="xs"
          aria-label={t('connect.code.title')}
          value={language}
          onChange={(value) => setLanguage(value as SnippetLanguage)}
          data={LANGUAGES.map((value) => ({ value, label: NAMES[value] }))}
        />
        <Copy text={text} label={t('connect.code.copy')} size="xs" disabled={!secret} />
      </Group>
      <pre className={classes.code} tabIndex={0} data-testid="snippet">
        {text}
      </pre>
      <Text size="xs" c="dimmed" mt="xs">
        <Anchor href="/docs/" size="xs">
          {t('connect.code.more')}
        </Anchor>
      </Text>
    </Panel>
  );
}
