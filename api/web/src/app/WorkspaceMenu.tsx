import { Menu, UnstyledButton } from '@mantine/core';
import {
  IconBuildingStore,
  IconCheck,
  IconPlus,
  IconSelector,
  IconSettings,
  IconUserPlus,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { MenuLink } from '~/ui/links';
import classes from './Sidebar.module.css';
import { useWorkspace } from './session';
import { useSwitch } from './useSwitch';

/** The workspaces of the person; asked for when the menu is opened. */
export const workspacesQuery = {
  queryKey: ['workspaces'],
  queryFn: () => ask(api.GET('/v1/workspaces')),
};

export function WorkspaceMenu() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [opened, setOpened] = useState(false);
  const { data } = useQuery({ ...workspacesQuery, enabled: opened, retry: false });
  const change = useSwitch();
  const others = data?.items ?? [];
  return (
    <Menu position="bottom-start" width={240} opened={opened} onChange={setOpened}>
      <Menu.Target>
        <UnstyledButton
          className={classes.menu}
          aria-label={t('shell.workspace.menu', { name: workspace.name })}
        >
          <span className={classes.mark} data-initial={workspace.name.slice(0, 1).toUpperCase()} />
          <span className="truncate">
            <b>{workspace.name}</b>
          </span>
          <IconSelector size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {others.length > 1 && (
          <>
            <Menu.Label>{t('shell.workspace.switch')}</Menu.Label>
            {others.map((item) => (
              <Menu.Item
                key={item.id}
                leftSection={<IconBuildingStore size={16} />}
                rightSection={item.id === workspace.id ? <IconCheck size={16} /> : null}
                onClick={() => item.id !== workspace.id && change.mutate(item.id)}
              >
                {item.name}
              </Menu.Item>
            ))}
            <Menu.Divider />
          </>
        )}
        <MenuLink
          to="/settings/$part"
          params={{ part: 'workspace' }}
          leftSection={<IconSettings size={16} />}
        >
          {t('shell.workspace.settings')}
        </MenuLink>
        <MenuLink to="/settings/$part" params={{ part: 'members' }} leftSection={<IconUserPlus size={16} />}>
          {t('shell.workspace.invite')}
        </MenuLink>
        <MenuLink to="/settings/$part" params={{ part: 'workspaces' }} leftSection={<IconPlus size={16} />}>
          {t('shell.workspace.new')}
        </MenuLink>
      </Menu.Dropdown>
    </Menu>
  );
}
