import { Select, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '~/app/language';
import { CURRENCIES, currencyNames, zones } from '~/lib/places';

interface PlacesProps {
  zone: string;
  currency: string;
  onZone: (zone: string) => void;
  onCurrency: (currency: string) => void;
}

/** What few people change, and what would make the first page half as heavy again. */
export default function Places({ zone, currency, onZone, onCurrency }: PlacesProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Stack gap="sm">
      <Select
        label={t('auth.sign_up.zone')}
        description={t('auth.sign_up.zone_hint')}
        searchable
        data={zones()}
        value={zone}
        onChange={(value) => value && onZone(value)}
      />
      <Select
        label={t('auth.sign_up.currency')}
        description={t('auth.sign_up.currency_hint')}
        searchable
        data={currencyNames(CURRENCIES, language)}
        value={currency}
        onChange={(value) => value && onCurrency(value)}
      />
    </Stack>
  );
}
