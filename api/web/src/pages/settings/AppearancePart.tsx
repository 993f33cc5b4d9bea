import { Anchor, Group, SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '~/app/language';
import { changeLanguage } from '~/i18n';
import type { Language } from '~/lib/format';
import { Panel } from '~/ui/Panel';

export default function AppearancePart() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Panel title={t('settings.parts.appearance')} note={t('settings.appearance.note')}>
      <Stack gap="md">
        <Group>
          <Text size="sm" w={90}>
            {t('settings.appearance.theme')}
          </Text>
          <SegmentedControl
            aria-label={t('settings.appearance.theme')}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as 'light' | 'dark' | 'auto')}
            data={(['light', 'dark', 'auto'] as const).map((value) => ({
              value,
              label: t(`shell.theme.${value}`),
            }))}
          />
        </Group>
        <Group>
          <Text size="sm" w={90}>
            {t('settings.appearance.language')}
          </Text>
          <SegmentedControl
            aria-label={t('settings.appearance.language')}
            value={language}
            onChange={(value) => void changeLanguage(value as Language)}
            data={(['en', 'ru'] as const).map((value) => ({ value, label: t(`shell.language.${value}`) }))}
          />
        </Group>
        <Anchor href="/third-party.txt" target="_blank" size="sm">
          {t('settings.appearance.notices')}
        </Anchor>
      </Stack>
    </Panel>
  );
}
