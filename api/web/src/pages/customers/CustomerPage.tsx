import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { customerQuery } from '~/api/customers';
import { useLanguage } from '~/app/language';
import { AnchorLink } from '~/ui/links';
import { Page } from '~/ui/Page';
import { CustomerView } from './CustomerView';

export function CustomerPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { id } = useParams({ from: '/app/customers/$id' });
  const navigate = useNavigate();
  const { data } = useQuery(customerQuery(id, language));
  return (
    <Page
      title={data?.name || data?.email || id}
      lead={
        <AnchorLink to="/customers" size="sm">
          <IconArrowLeft size={14} style={{ verticalAlign: -2 }} aria-hidden /> {t('customers.title')}
        </AnchorLink>
      }
    >
      <CustomerView key={id} id={id} onGone={() => void navigate({ to: '/customers' })} />
    </Page>
  );
}
