import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { offersQuery } from '~/api/customers';
import type { Offer } from '~/api/types';
import { useLanguage } from '~/app/language';
import { formatPercent } from '~/lib/format';
import { Panel } from '~/ui/Panel';
import { Answer } from '~/ui/States';
import classes from './CustomerView.module.css';

export function Offers({ id }: { id: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const query = useQuery(offersQuery(id, language));
  return (
    <Panel title={t('customers.card.offers')}>
      <Answer
        query={query}
        isEmpty={(offers) => offers.repeat.length === 0 && offers.new.length === 0}
        empty={
          <Text size="sm" c="dimmed">
            {t('customers.card.no_offers')}
          </Text>
        }
      >
        {(offers) => (
          <>
            {offers.repeat.length > 0 && <List title={t('customers.card.repeat')} offers={offers.repeat} />}
            {offers.new.length > 0 && <List title={t('customers.card.new')} offers={offers.new} />}
          </>
        )}
      </Answer>
    </Panel>
  );
}

function List({ title, offers }: { title: string; offers: Offer[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <>
      <Title order={3} mt={8} mb={6} c="dimmed">
        {title}
      </Title>
      <ul className={classes.offers}>
        {offers.map((offer) => (
          <li key={offer.product_id}>
            <b>{offer.product ?? offer.product_id}</b>
            <div>
              <Text span size="xs" c="dimmed">
                {offer.reason}{' '}
                {t('customers.card.probability', { share: formatPercent(offer.score, language) })}
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
