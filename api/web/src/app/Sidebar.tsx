import { Kbd, UnstyledButton } from '@mantine/core';
import { useOs } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ACCOUNT_PAGES, type PAGES, pagesFor } from './pages';
import classes from './Sidebar.module.css';
import { useAllowed } from './session';
import { UserMenu } from './UserMenu';
import { WorkspaceMenu } from './WorkspaceMenu';

export function Sidebar({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation();
  const maySql = useAllowed('analyst');
  const apple = ['macos', 'ios'].includes(useOs());
  const link = ({ to, key, icon: Icon }: (typeof PAGES | typeof ACCOUNT_PAGES)[number]) => (
    <li key={to}>
      <Link
        to={to}
        className={classes.link}
        activeOptions={{ exact: to === '/' }}
        activeProps={{ 'aria-current': 'page' }}
      >
        <Icon size={17} stroke={1.6} aria-hidden />
        {t(`shell.nav.${key}`)}
      </Link>
    </li>
  );
  return (
    <div className={classes.side}>
      <WorkspaceMenu />
      <UnstyledButton className={classes.search} onClick={onSearch}>
        <IconSearch size={15} aria-hidden />
        <span>{t('common.actions.search')}</span>
        <Kbd size="xs">{apple ? '⌘K' : 'Ctrl K'}</Kbd>
      </UnstyledButton>
      <nav aria-label={t('shell.nav.label')} className={classes.nav}>
        <ul>{pagesFor(maySql).map(link)}</ul>
        <ul className={classes.lower}>{ACCOUNT_PAGES.map(link)}</ul>
      </nav>
      <UserMenu />
    </div>
  );
}
