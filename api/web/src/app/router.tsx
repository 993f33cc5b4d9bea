import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { withTexts } from '~/i18n';
import { readPeriod } from '~/lib/period';
import { Crash } from '~/ui/Crash';
import { NotFound } from '~/ui/NotFound';
import { Loading } from '~/ui/States';
import { queries, whenSignedOut } from './queries';
import {
  readAssistant,
  readCatalogue,
  readCustomer,
  readCustomers,
  readForecast,
  readNext,
  readRecommendations,
  readReport,
  readSettings,
  readSql,
  readTasks,
  readTrends,
} from './search';
import { meQuery } from './session';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Crash });

/** Who is in already has no use for the door. */
async function onlyGuests() {
  const me = await queries.ensureQueryData(meQuery).catch(() => null);
  if (me) throw redirect({ to: '/' });
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readNext,
  beforeLoad: onlyGuests,
  component: lazyRouteComponent(() => import('~/pages/auth/SignIn'), 'SignIn'),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  beforeLoad: onlyGuests,
  component: lazyRouteComponent(() => import('~/pages/auth/SignUp'), 'SignUp'),
});

const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite/$token',
  component: lazyRouteComponent(() => import('~/pages/auth/Invite'), 'Invite'),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('~/pages/auth/Reset'), 'AskReset'),
});

const resetWith = createRoute({
  getParentRoute: () => root,
  path: '/reset/$token',
  component: lazyRouteComponent(() => import('~/pages/auth/Reset'), 'NewPassword'),
});

const email = createRoute({
  getParentRoute: () => root,
  path: '/email/$token',
  component: lazyRouteComponent(() => import('~/pages/auth/ConfirmEmail'), 'ConfirmEmail'),
});

const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  beforeLoad: async ({ location }) => {
    const me = await queries.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
  },
  component: lazyRouteComponent(() => import('~/app/Shell'), 'Shell'),
  errorComponent: Crash,
});

const overview = createRoute({
  getParentRoute: () => app,
  path: '/',
  validateSearch: readPeriod,
  component: lazyRouteComponent(() => import('~/pages/overview/Overview'), 'Overview'),
});

const connect = createRoute({
  getParentRoute: () => app,
  path: '/connect',
  component: lazyRouteComponent(() => withTexts(import('~/pages/connect/Connect')), 'Connect'),
});

const imports = createRoute({
  getParentRoute: () => app,
  path: '/imports',
  component: lazyRouteComponent(() => withTexts(import('~/pages/imports/ImportsPage')), 'ImportsPage'),
});

const oneImport = createRoute({
  getParentRoute: () => app,
  path: '/imports/$id',
  component: lazyRouteComponent(() => withTexts(import('~/pages/imports/ImportPage')), 'ImportPage'),
});

const customers = createRoute({
  getParentRoute: () => app,
  path: '/customers',
  validateSearch: readCustomers,
  component: lazyRouteComponent(() => withTexts(import('~/pages/customers/Customers')), 'Customers'),
});

const customer = createRoute({
  getParentRoute: () => app,
  path: '/customers/$id',
  validateSearch: readCustomer,
  component: lazyRouteComponent(() => withTexts(import('~/pages/customers/CustomerPage')), 'CustomerPage'),
});

const duplicates = createRoute({
  getParentRoute: () => app,
  path: '/duplicates',
  component: lazyRouteComponent(
    () => withTexts(import('~/pages/customers/DuplicatesPage')),
    'DuplicatesPage',
  ),
});

const reports = createRoute({
  getParentRoute: () => app,
  path: '/reports',
  validateSearch: readCatalogue,
  component: lazyRouteComponent(() => withTexts(import('~/pages/reports/Catalogue')), 'Catalogue'),
});

const report = createRoute({
  getParentRoute: () => app,
  path: '/reports/$id',
  validateSearch: readReport,
  component: lazyRouteComponent(() => withTexts(import('~/pages/reports/ReportPage')), 'ReportPage'),
});

const ownReport = createRoute({
  getParentRoute: () => app,
  path: '/reports/own/$id',
  validateSearch: readReport,
  component: lazyRouteComponent(() => withTexts(import('~/pages/reports/OwnReportPage')), 'OwnReportPage'),
});

const dashboards = createRoute({
  getParentRoute: () => app,
  path: '/dashboards',
  component: lazyRouteComponent(() => withTexts(import('~/pages/dashboards/Dashboards')), 'Dashboards'),
});

const dashboard = createRoute({
  getParentRoute: () => app,
  path: '/dashboards/$id',
  validateSearch: readPeriod,
  component: lazyRouteComponent(() => withTexts(import('~/pages/dashboards/DashboardPage')), 'DashboardPage'),
});

const tasks = createRoute({
  getParentRoute: () => app,
  path: '/tasks',
  validateSearch: readTasks,
  component: lazyRouteComponent(() => withTexts(import('~/pages/tasks/TasksPage')), 'TasksPage'),
});

const trends = createRoute({
  getParentRoute: () => app,
  path: '/trends',
  validateSearch: readTrends,
  component: lazyRouteComponent(() => withTexts(import('~/pages/trends/TrendsPage')), 'TrendsPage'),
});

const forecast = createRoute({
  getParentRoute: () => app,
  path: '/forecast',
  validateSearch: readForecast,
  component: lazyRouteComponent(() => withTexts(import('~/pages/forecast/ForecastPage')), 'ForecastPage'),
});

const recommendations = createRoute({
  getParentRoute: () => app,
  path: '/recommendations',
  validateSearch: readRecommendations,
  component: lazyRouteComponent(
    () => withTexts(import('~/pages/recommendations/Recommendations')),
    'Recommendations',
  ),
});

const assistant = createRoute({
  getParentRoute: () => app,
  path: '/assistant',
  validateSearch: readAssistant,
  component: lazyRouteComponent(() => withTexts(import('~/pages/assistant/AssistantPage')), 'AssistantPage'),
});

const sql = createRoute({
  getParentRoute: () => app,
  path: '/sql',
  validateSearch: readSql,
  component: lazyRouteComponent(() => withTexts(import('~/pages/sql/SqlPage')), 'SqlPage'),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => withTexts(import('~/pages/settings/SettingsPage')), 'SettingsPage'),
});

const settingsPart = createRoute({
  getParentRoute: () => app,
  path: '/settings/$part',
  validateSearch: readSettings,
  component: lazyRouteComponent(() => withTexts(import('~/pages/settings/SettingsPage')), 'SettingsPage'),
});

const tree = root.addChildren([
  signIn,
  signUp,
  invite,
  reset,
  resetWith,
  email,
  app.addChildren([
    overview,
    connect,
    imports,
    oneImport,
    customers,
    customer,
    duplicates,
    reports,
    report,
    ownReport,
    dashboards,
    dashboard,
    tasks,
    trends,
    forecast,
    recommendations,
    assistant,
    sql,
    settings,
    settingsPart,
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultPendingMs: 300,
  defaultPendingComponent: Loading,
  scrollRestoration: true,
  // Plain texts in the address: `?period=last_month`, not JSON in quotes.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const set = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
    return text ? `?${text}` : '';
  },
});

whenSignedOut(() => {
  const { pathname, href } = router.state.location;
  if (/^\/(sign-|invite|reset)/.test(pathname)) return;
  // A load from nothing: of the session before not even the memory stays.
  window.location.assign(`/sign-in?${new URLSearchParams({ next: href })}`);
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
