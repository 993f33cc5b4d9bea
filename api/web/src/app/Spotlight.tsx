import '@mantine/spotlight/styles.css';
import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import {
  IconArrowMerge,
  IconBookmark,
  IconBulb,
  IconChecklist,
  IconLanguage,
  IconLayoutGrid,
  IconMessageCircle,
  IconMoon,
  IconReportAnalytics,
  IconSearch,
  IconSettings,
  IconSun,
  IconUser,
} from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { conversationsQuery } from '~/api/assistant';
import { api, ask } from '~/api/client';
import { recommendationsQuery } from '~/api/recommendations';
import { reportsQuery } from '~/api/reports';
import { dashboardsQuery, savedReportsQuery, tasksQuery, viewsQuery } from '~/api/work';
import { changeLanguage } from '~/i18n';
import { groupBy } from '~/lib/group';
import { GROUPS } from '~/pages/settings/parts';
import { viewPlace } from '~/pages/views/place';
import { useLanguage } from './language';
import { ACCOUNT_PAGES, pagesFor } from './pages';
import { useAllowed } from './session';

const [store, actions] = createSpotlight();

interface Entry {
  id: string;
  group: string;
  label: string;
  note?: string | null;
  icon: ReactNode;
  run: () => void;
}

/** Ctrl+K: pages, reports, customers and commands in one place. Loaded when it is first opened. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const [text, setText] = useState('');
  const [sought] = useDebouncedValue(text.trim(), 150);
  const { data: reports } = useQuery(reportsQuery);
  const { data: own } = useQuery(savedReportsQuery);
  const { data: boards } = useQuery(dashboardsQuery);
  const { data: views } = useQuery(viewsQuery);
  const { data: talks } = useInfiniteQuery(conversationsQuery);
  const { data: advice } = useInfiniteQuery({
    // Advice is dear to work out: only what a page has asked for already is looked through.
    ...recommendationsQuery({ status: 'new', locale: language }),
    enabled: false,
  });
  const { data: tasks } = useInfiniteQuery(tasksQuery({ status: 'open' }));
  const { data: customers, isFetching } = useQuery({
    queryKey: ['spotlight', sought],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/customers', { params: { query: { search: sought, limit: 6 } }, signal })),
    enabled: sought.length > 1,
  });

  useEffect(() => actions.open(), []);

  const fits = (label: string) => label.toLowerCase().includes(text.trim().toLowerCase());
  const maySql = useAllowed('analyst');
  const pages: Entry[] = [...pagesFor(maySql), ...ACCOUNT_PAGES].map(({ to, key, icon: Icon }) => ({
    id: to,
    group: t('shell.spotlight.pages'),
    label: t(`shell.nav.${key}`),
    icon: <Icon size={17} />,
    run: () => void navigate({ to }),
  }));
  pages.push({
    id: '/duplicates',
    group: t('shell.spotlight.pages'),
    label: t('customers.merge.duplicates'),
    icon: <IconArrowMerge size={17} />,
    run: () => void navigate({ to: '/duplicates' }),
  });
  const reportEntries: Entry[] = (reports ?? []).map((report) => ({
    id: `report-${report.id}`,
    group: t('shell.spotlight.reports'),
    label: report.title[language],
    icon: <IconReportAnalytics size={17} />,
    run: () => void navigate({ to: '/reports/$id', params: { id: report.id } }),
  }));
  const ownReports: Entry[] = (own ?? []).map(({ id, name, description }) => ({
    id: `own-${id}`,
    group: t('shell.spotlight.reports'),
    label: name,
    note: description,
    icon: <IconReportAnalytics size={17} />,
    run: () => void navigate({ to: '/reports/own/$id', params: { id }, search: {} }),
  }));
  const boardEntries: Entry[] = (boards ?? []).map(({ id, name }) => ({
    id: `board-${id}`,
    group: t('shell.nav.dashboards'),
    label: name,
    icon: <IconLayoutGrid size={17} />,
    run: () => void navigate({ to: '/dashboards/$id', params: { id } }),
  }));
  // Settings, tasks and what was asked are many, and looked for by name only.
  const settingEntries: Entry[] = GROUPS.flatMap(([, parts]) => parts).map((part) => ({
    id: `setting-${part}`,
    group: t('shell.nav.settings'),
    label: t(`settings.parts.${part}`),
    icon: <IconSettings size={17} />,
    run: () => void navigate({ to: '/settings/$part', params: { part } }),
  }));
  const taskEntries: Entry[] = (tasks?.pages.flatMap(({ items }) => items) ?? []).map((task) => ({
    id: `task-${task.id}`,
    group: t('shell.nav.tasks'),
    label: task.title,
    icon: <IconChecklist size={17} />,
    run: () => void navigate({ to: '/tasks' }),
  }));
  const viewEntries: Entry[] = (views ?? []).map((view) => ({
    id: `view-${view.id}`,
    group: t('shell.spotlight.views'),
    label: view.name,
    note: t(`shell.nav.${view.page}`),
    icon: <IconBookmark size={17} />,
    run: () => void navigate({ href: viewPlace(view) }),
  }));
  const talkEntries: Entry[] = (talks?.pages.flatMap(({ items }) => items) ?? []).map(({ id, title }) => ({
    id: `talk-${id}`,
    group: t('shell.spotlight.assistant'),
    label: title,
    icon: <IconMessageCircle size={17} />,
    run: () => void navigate({ to: '/assistant', search: { c: id } }),
  }));
  const adviceEntries: Entry[] = (advice?.pages.flatMap(({ items }) => items) ?? []).map(({ id, title }) => ({
    id: `advice-${id}`,
    group: t('shell.nav.recommendations'),
    label: title,
    icon: <IconBulb size={17} />,
    run: () => void navigate({ to: '/recommendations', search: { open: id } }),
  }));
  const commands: Entry[] = [
    { label: t('shell.spotlight.to_light'), icon: <IconSun size={17} />, run: () => setColorScheme('light') },
    { label: t('shell.spotlight.to_dark'), icon: <IconMoon size={17} />, run: () => setColorScheme('dark') },
    {
      label: t(language === 'en' ? 'shell.spotlight.to_russian' : 'shell.spotlight.to_english'),
      icon: <IconLanguage size={17} />,
      run: () => void changeLanguage(language === 'en' ? 'ru' : 'en'),
    },
  ].map((entry) => ({ ...entry, id: entry.label, group: t('shell.spotlight.commands') }));
  const people: Entry[] = (sought.length > 1 ? (customers?.items ?? []) : []).map((customer) => ({
    id: `customer-${customer.customer_id}`,
    group: t('shell.spotlight.customers'),
    label: customer.name || customer.email || customer.customer_id,
    note:
      [customer.email, customer.phone, customer.customer_id].find(
        (told) => told && told !== (customer.name || customer.email || customer.customer_id),
      ) ?? null,
    icon: <IconUser size={17} />,
    run: () => void navigate({ to: '/customers/$id', params: { id: customer.customer_id } }),
  }));

  // What is found nowhere may be a question.
  const asked = text.trim();
  const question: Entry[] = asked.includes(' ')
    ? [
        {
          id: 'ask',
          group: t('shell.spotlight.assistant'),
          label: t('shell.spotlight.ask', { text: asked }),
          icon: <IconMessageCircle size={17} />,
          run: () => void navigate({ to: '/assistant', search: { q: asked } }),
        },
      ]
    : [];

  const entries = [
    ...[...pages, ...viewEntries, ...boardEntries, ...reportEntries, ...ownReports, ...commands].filter(
      ({ label }) => fits(label),
    ),
    ...(text.trim()
      ? [...settingEntries, ...taskEntries, ...adviceEntries, ...talkEntries].filter(({ label }) =>
          fits(label),
        )
      : []),
    ...people,
    ...question,
  ];
  const groups = groupBy(entries, ({ group }) => group);
  return (
    <Spotlight.Root
      store={store}
      query={text}
      onQueryChange={setText}
      onSpotlightClose={onClose}
      shortcut={null}
      scrollable
      maxHeight={420}
      // It stays where it is while what is found comes and goes.
      centered={false}
      yOffset="12vh"
    >
      <Spotlight.Search
        placeholder={t('shell.spotlight.placeholder')}
        aria-label={t('shell.spotlight.open')}
        leftSection={<IconSearch size={18} />}
      />
      <Spotlight.ActionsList>
        {groups.map(([group, members]) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {members.map(({ id, label, note, icon, run }) => (
              <Spotlight.Action
                key={id}
                label={label}
                description={note ?? undefined}
                leftSection={icon}
                onClick={run}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {entries.length === 0 && (
          <Spotlight.Empty>
            {isFetching ? t('shell.spotlight.searching') : t('shell.spotlight.nothing')}
          </Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
