import { IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { connectionQuery } from '~/api/keys';
import { ButtonLink } from './links';

/** The way on from a page that has nothing to show. */
export function ConnectLink() {
  const { t } = useTranslation();
  return (
    <ButtonLink to="/connect" leftSection={<IconPlugConnected size={16} />}>
      {t('overview.connect')}
    </ButtonLink>
  );
}

/** The same, only as long as there are no purchases: later a page may be empty for other reasons. */
export function ConnectIfNew() {
  const { data } = useQuery(connectionQuery(null));
  return data?.records.purchases === 0 ? <ConnectLink /> : null;
}
