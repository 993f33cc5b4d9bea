import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AnchorLink } from '~/ui/links';
import { useTitle } from './Page';

export function NotFound() {
  const { t } = useTranslation();
  const title = t('common.states.not_found_title');
  useTitle(title);
  return (
    <Stack align="center" p={60} gap="xs" component="main">
      <Title order={1}>{title}</Title>
      <Text c="dimmed">{t('common.states.not_found_text')}</Text>
      <AnchorLink to="/">{t('shell.nav.overview')}</AnchorLink>
    </Stack>
  );
}
