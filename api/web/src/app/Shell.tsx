import { ActionIcon, Group, Text } from '@mantine/core';
import { useDisclosure, useHotkeys, useMediaQuery, useNetwork } from '@mantine/hooks';
import { IconMenu2 } from '@tabler/icons-react';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, hasChosenLanguage, withTexts } from '~/i18n';
import { useLanguage } from './language';
import classes from './Shell.module.css';
import { Sidebar } from './Sidebar';
import { useAccount } from './session';
import { useLive } from './useLive';

const SideDrawer = lazy(() => import('./SideDrawer'));
const Spotlight = lazy(() => withTexts(import('./Spotlight')));

export function Shell() {
  const { t } = useTranslation();
  const account = useAccount();
  const language = useLanguage();
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const [menu, { open, close }] = useDisclosure(false);
  const [searching, setSearching] = useState(false);
  const { online } = useNetwork();
  useLive(account.workspace.id);
  const pathname = useRouterState({ select: (state) => state.location.pathname });

  useHotkeys([['mod+K', () => setSearching(true)]], []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when another page is shown
  useEffect(close, [pathname]);
  useEffect(() => {
    const own = account.user.locale === 'ru' ? 'ru' : 'en';
    if (!hasChosenLanguage() && own !== language) void changeLanguage(own, false);
  }, [account, language]);

  const side = <Sidebar onSearch={() => setSearching(true)} />;
  return (
    <div className={classes.shell}>
      <a href="#content" className={classes.skip}>
        {t('shell.nav.skip')}
      </a>
      {narrow ? (
        <>
          <header className={classes.bar}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              onClick={open}
              aria-label={t('shell.nav.open')}
            >
              <IconMenu2 size={20} />
            </ActionIcon>
            <Text fw={600} className="truncate">
              {account.workspace.name}
            </Text>
          </header>
          {menu && (
            <Suspense>
              <SideDrawer onClose={close}>{side}</SideDrawer>
            </Suspense>
          )}
        </>
      ) : (
        <aside className={classes.side}>{side}</aside>
      )}
      <main id="content" tabIndex={-1} className={classes.main}>
        {!online && (
          <Group className={classes.offline} role="status">
            {t('common.states.offline_banner')}
          </Group>
        )}
        <Outlet />
      </main>
      {searching && (
        <Suspense>
          <Spotlight onClose={() => setSearching(false)} />
        </Suspense>
      )}
    </div>
  );
}
