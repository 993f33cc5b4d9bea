import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Shell.module.css';

/** The menu of a narrow page. */
export default function SideDrawer({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened
      onClose={onClose}
      size={272}
      padding={0}
      withCloseButton={false}
      title={t('shell.nav.label')}
      classNames={{ header: classes.hidden, content: classes.drawer }}
    >
      {children}
    </Drawer>
  );
}
