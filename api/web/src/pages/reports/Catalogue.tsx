import { Text, TextInput, Title } from '@mantine/core';
import {
  IconChartBar,
  IconChartLine,
  IconGridDots,
  IconLayoutCards,
  IconPlus,
  IconSearch,
  IconSql,
  IconStack2,
  IconTable,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reportsQuery } from '~/api/reports';
import type { Report } from '~/api/types';
import { savedReportsQuery } from '~/api/work';
import { useLanguage } from '~/app/language';
import { useLater } from '~/app/useLater';
import { groupBy } from '~/lib/group';
import { Views } from '~/pages/views/Views';
import { ButtonLink } from '~/ui/links';
import { Page } from '~/ui/Page';
import { Answer, Empty } from '~/ui/States';
import classes from './Catalogue.module.css';

const GROUPS = {
  sales: [
    'sales_summary',
    'sales_over_time',
    'channels',
    'by_attribute',
    'purchase_hours',
    'refunds',
    'margin',
  ],
  products: ['top_products', 'categories', 'abc_xyz', 'basket_pairs'],
  customers: [
    'top_customers',
    'new_vs_returning',
    'cohort_retention',
    'rfm_segments',
    'segment_movement',
    'lifecycle',
    'customer_value',
    'interactions_summary',
  ],
  // Those that a newer server has come here by themselves.
  other: [],
} as const;
type Group = keyof typeof GROUPS;

function groupOf({ id }: Report): Group {
  const found = Object.entries(GROUPS).find(([, ids]) => (ids as readonly string[]).includes(id));
  return (found?.[0] as Group) ?? 'other';
}

const ICONS = {
  figures: IconLayoutCards,
  line: IconChartLine,
  bar: IconChartBar,
  stacked_bar: IconStack2,
  heatmap: IconGridDots,
  table: IconTable,
} as const;

export function Catalogue() {
  const { t } = useTranslation();
  const language = useLanguage();
  const query = useQuery(reportsQuery);
  const own = useQuery(savedReportsQuery);
  const navigate = useNavigate();
  const { find } = useSearch({ from: '/app/reports' });
  const [sought, setSought] = useState(find ?? '');
  const keep = useLater(
    (text: string) => void navigate({ to: '/reports', search: { find: text || undefined }, replace: true }),
    400,
  );
  const has = (text: string) => text.toLowerCase().includes(sought.trim().toLowerCase());
  const fits = ({ id, title, description }: Report) =>
    has(`${title[language]} ${description[language]} ${id}`);
  return (
    <Page
      title={t('reports.title')}
      lead={t('reports.lead')}
      actions={
        <>
          <Views
            page="reports"
            readOnly
            onOpen={({ id, ...search }) => {
              if (id) void navigate({ to: '/reports/$id', params: { id }, search });
            }}
          />
          <ButtonLink to="/sql" variant="default" leftSection={<IconPlus size={15} />}>
            {t('reports.own.new')}
          </ButtonLink>
        </>
      }
      filters={
        <TextInput
          type="search"
          w={280}
          aria-label={t('reports.find')}
          placeholder={t('reports.find')}
          leftSection={<IconSearch size={15} />}
          value={sought}
          onChange={(event) => {
            setSought(event.currentTarget.value);
            keep(event.currentTarget.value.trim());
          }}
        />
      }
    >
      {(own.data ?? []).some(({ name, description }) => has(`${name} ${description ?? ''}`)) && (
        <section className={classes.group}>
          <Title order={2}>{t('reports.own.title')}</Title>
          <ul className={classes.list}>
            {own.data
              ?.filter(({ name, description }) => has(`${name} ${description ?? ''}`))
              .map((report) => (
                <li key={report.id}>
                  <Link
                    to="/reports/own/$id"
                    params={{ id: report.id }}
                    search={{}}
                    className={classes.report}
                  >
                    <IconSql size={18} stroke={1.5} aria-hidden />
                    <div>
                      <b>{report.name}</b>
                      <Text size="xs" c="dimmed" lineClamp={2}>
                        {report.description ||
                          (report.mine
                            ? t('reports.own.yours')
                            : t('reports.own.of', { name: report.owner?.name ?? '' }))}
                      </Text>
                    </div>
                  </Link>
                </li>
              ))}
          </ul>
        </section>
      )}
      <Answer
        query={query}
        isEmpty={(reports) => !reports.some(fits)}
        empty={<Empty title={t('reports.nothing')} />}
      >
        {(reports) => {
          const groups = new Map(groupBy(reports.filter(fits), groupOf) as [Group, Report[]][]);
          return (Object.keys(GROUPS) as Group[])
            .filter((group) => groups.has(group))
            .map((group) => (
              <section key={group} className={classes.group}>
                <Title order={2}>{t(`reports.groups.${group}`)}</Title>
                <ul className={classes.list}>
                  {groups.get(group)?.map((report) => {
                    const Icon = ICONS[report.chart.kind] ?? IconTable;
                    return (
                      <li key={report.id}>
                        <Link to="/reports/$id" params={{ id: report.id }} className={classes.report}>
                          <Icon size={18} stroke={1.5} aria-hidden />
                          <div>
                            <b>{report.title[language]}</b>
                            <Text size="xs" c="dimmed" lineClamp={2}>
                              {report.description[language]}
                            </Text>
                          </div>
                        </Link>
                      </li>
                    );
                  })}
                </ul>
              </section>
            ));
        }}
      </Answer>
    </Page>
  );
}
