import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { readPeriod } from '~/lib/period';
import { Crash } from '~/ui/Crash';
import { NotFound } from '~/ui/NotFound';
import { Loading } from '~/ui/States';
import { queries, whenSignedOut } from './queries';
import {
  readAssistant,
  readCustomers,
  readForecast,
  readNext,
  readRecommendations,
  readReport,
  readSql,
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
  component: lazyRouteComponent(() => import('~/pages/connect/Connect'), 'Connect'),
});

const customers = createRoute({
  getParentRoute: () => app,
  path: '/customers',
  validateSearch: readCustomers,
  component: lazyRouteComponent(() => import('~/pages/customers/Customers'), 'Customers'),
});

const customer = createRoute({
  getParentRoute: () => app,
  path: '/customers/$id',
  component: lazyRouteComponent(() => import('~/pages/customers/CustomerPage'), 'CustomerPage'),
});

const reports = createRoute({
  getParentRoute: () => app,
  path: '/reports',
  component: lazyRouteComponent(() => import('~/pages/reports/Catalogue'), 'Catalogue'),
});

const report = createRoute({
  getParentRoute: () => app,
  path: '/reports/$id',
  validateSearch: readReport,
  component: lazyRouteComponent(() => import('~/pages/reports/ReportPage'), 'ReportPage'),
});

const trends = createRoute({
  getParentRoute: () => app,
  path: '/trends',
  validateSearch: readTrends,
  component: lazyRouteComponent(() => import('~/pages/trends/TrendsPage'), 'TrendsPage'),
});

const forecast = createRoute({
  getParentRoute: () => app,
  path: '/forecast',
  validateSearch: readForecast,
  component: lazyRouteComponent(() => import('~/pages/forecast/ForecastPage'), 'ForecastPage'),
});

const recommendations = createRoute({
  getParentRoute: () => app,
  path: '/recommendations',
  validateSearch: readRecommendations,
  component: lazyRouteComponent(() => import('~/pages/recommendations/Recommendations'), 'Recommendations'),
});

const assistant = createRoute({
  getParentRoute: () => app,
  path: '/assistant',
  validateSearch: readAssistant,
  component: lazyRouteComponent(() => import('~/pages/assistant/AssistantPage'), 'AssistantPage'),
});

const sql = createRoute({
  getParentRoute: () => app,
  path: '/sql',
  validateSearch: readSql,
  component: lazyRouteComponent(() => import('~/pages/sql/SqlPage'), 'SqlPage'),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => import('~/pages/settings/SettingsPage'), 'SettingsPage'),
});

const settingsPart = createRoute({
  getParentRoute: () => app,
  path: '/settings/$part',
  component: lazyRouteComponent(() => import('~/pages/settings/SettingsPage'), 'SettingsPage'),
});

const tree = root.addChildren([
  signIn,
  signUp,
  invite,
  reset,
  resetWith,
  app.addChildren([
    overview,
    connect,
    customers,
    customer,
    reports,
    report,
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
