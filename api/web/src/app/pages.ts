import {
  IconBulb,
  IconChartHistogram,
  IconChartLine,
  IconChecklist,
  IconFileImport,
  IconLayoutDashboard,
  IconLayoutGrid,
  IconMessageCircle,
  IconPlugConnected,
  IconReportAnalytics,
  IconSettings,
  IconTerminal2,
  IconUsers,
} from '@tabler/icons-react';

/** The pages of the menu, in its order. */
export const PAGES = [
  { to: '/', key: 'overview', icon: IconLayoutDashboard },
  { to: '/customers', key: 'customers', icon: IconUsers },
  { to: '/tasks', key: 'tasks', icon: IconChecklist },
  { to: '/reports', key: 'reports', icon: IconReportAnalytics },
  { to: '/dashboards', key: 'dashboards', icon: IconLayoutGrid },
  { to: '/trends', key: 'trends', icon: IconChartLine },
  { to: '/forecast', key: 'forecast', icon: IconChartHistogram },
  { to: '/recommendations', key: 'recommendations', icon: IconBulb },
  { to: '/assistant', key: 'assistant', icon: IconMessageCircle },
  { to: '/sql', key: 'sql', icon: IconTerminal2 },
] as const;

/** Those that a role can use: statements take an analyst. */
export function pagesFor(mayAskSql: boolean) {
  return PAGES.filter(({ key }) => key !== 'sql' || mayAskSql);
}

/** Those about the workspace itself, below. */
export const ACCOUNT_PAGES = [
  { to: '/imports', key: 'imports', icon: IconFileImport },
  { to: '/connect', key: 'connect', icon: IconPlugConnected },
  { to: '/settings', key: 'settings', icon: IconSettings },
] as const;
