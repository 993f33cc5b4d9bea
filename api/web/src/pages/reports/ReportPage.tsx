import { Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Problem } from '~/api/problem';
import { reportsQuery } from '~/api/reports';
import { useLanguage } from '~/app/language';
import { AnchorLink } from '~/ui/links';
import { Page } from '~/ui/Page';
import { Answer, Failure } from '~/ui/States';
import { ReportBody } from './ReportBody';

export function ReportPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { id } = useParams({ from: '/app/reports/$id' });
  const catalogue = useQuery(reportsQuery);
  const report = catalogue.data?.find((other) => other.id === id);
  if (report) return <ReportBody key={id} report={report} />;
  return (
    <Page
      title={t('reports.title')}
      lead={
        <AnchorLink to="/reports" size="sm">
          <IconArrowLeft size={14} style={{ verticalAlign: -2 }} aria-hidden /> {t('reports.title')}
        </AnchorLink>
      }
    >
      <Answer query={catalogue}>
        {() => (
          <>
            <Failure error={new Problem(404, {})} />
            <Text size="xs" c="dimmed" ta="center" lang={language}>
              {id}
            </Text>
          </>
        )}
      </Answer>
    </Page>
  );
}
