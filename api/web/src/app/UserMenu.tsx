import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import {
  IconBook,
  IconCheck,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSelector,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { changeLanguage } from '~/i18n';
import { MenuLink } from '~/ui/links';
import { useLanguage } from './language';
import classes from './Sidebar.module.css';
import { useAccount } from './session';

const SCHEMES = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const;

export function UserMenu() {
  const { t } = useTranslation();
  const { user } = useAccount();
  const language = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = useMutation({
    mutationFn: () => ask(api.POST('/v1/auth/logout')),
    // A load from nothing: of the session before not even the memory stays.
    onSettled: () => window.location.assign('/sign-in'),
  });
  return (
    <Menu position="top-start" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.menu} aria-label={t('shell.user.menu', { name: user.name })}>
          <span
            className={`${classes.mark} ${classes.person}`}
            data-initial={user.name.slice(0, 1).toUpperCase()}
          />
          <span className="truncate">{user.name}</span>
          <IconSelector size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className="truncate">{user.email}</Menu.Label>
        <MenuLink
          to="/settings/$part"
          params={{ part: 'account' }}
          leftSection={<IconUserCircle size={16} />}
        >
          {t('shell.user.account')}
        </MenuLink>
        <Menu.Item component="a" href="/docs/" leftSection={<IconBook size={16} />}>
          {t('shell.user.docs')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('shell.theme.label')}</Menu.Label>
        {SCHEMES.map(({ value, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            rightSection={colorScheme === value ? <IconCheck size={16} /> : null}
            onClick={() => setColorScheme(value)}
            closeMenuOnClick={false}
          >
            {t(`shell.theme.${value}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('shell.language.label')}</Menu.Label>
        {(['en', 'ru'] as const).map((value) => (
          <Menu.Item
            key={value}
            lang={value}
            rightSection={language === value ? <IconCheck size={16} /> : null}
            onClick={() => void changeLanguage(value)}
          >
            {t(`shell.language.${value}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave.mutate()}>
          {t('shell.user.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
