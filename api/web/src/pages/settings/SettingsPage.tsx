import { Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NotFound } from '~/ui/NotFound';
import { Page } from '~/ui/Page';
import { Loading } from '~/ui/States';
import { GROUPS, type Part } from './parts';
import classes from './Settings.module.css';

const PARTS: Record<Part, ReturnType<typeof lazy>> = {
  workspace: lazy(() => import('./WorkspacePart')),
  members: lazy(() => import('./MembersPart')),
  keys: lazy(() => import('./KeysPart')),
  segments: lazy(() => import('./SegmentsPart')),
  retention: lazy(() => import('./RetentionPart')),
  webhooks: lazy(() => import('./WebhooksPart')),
  exports: lazy(() => import('./ExportsPart')),
  audit: lazy(() => import('./AuditPart')),
  account: lazy(() => import('./AccountPart')),
  assistant: lazy(() => import('./AssistantPart')),
  telegram: lazy(() => import('./TelegramPart')),
  deliveries: lazy(() => import('./DeliveriesPart')),
  workspaces: lazy(() => import('./WorkspacesPart')),
  appearance: lazy(() => import('./AppearancePart')),
};

export function SettingsPage() {
  const { t } = useTranslation();
  const { part = 'workspace' } = useParams({ strict: false });
  const nav = useRef<HTMLElement>(null);
  // On a narrow page the parts are a line that scrolls: the one that is shown is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part is shown
  useEffect(() => {
    const line = nav.current;
    const link = line?.querySelector<HTMLElement>('[aria-current]');
    if (line && link) line.scrollLeft = link.offsetLeft - line.offsetLeft - 16;
  }, [part]);
  if (!(part in PARTS)) return <NotFound />;
  const Shown = PARTS[part as Part];
  return (
    <Page title={`${t('settings.title')}: ${t(`settings.parts.${part as Part}`)}`}>
      <div className={classes.settings}>
        <nav ref={nav} aria-label={t('settings.title')} className={classes.nav}>
          {GROUPS.map(([group, parts]) => (
            <div key={group}>
              <Text size="xs" c="dimmed" fw={500} className={classes.group}>
                {t(`settings.groups.${group}`)}
              </Text>
              <ul>
                {parts.map((name) => (
                  <li key={name}>
                    <Link
                      to="/settings/$part"
                      params={{ part: name }}
                      className={classes.link}
                      aria-current={name === part ? 'page' : undefined}
                    >
                      {t(`settings.parts.${name}`)}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        <div className={classes.part}>
          <Suspense fallback={<Loading />}>
            <Shown />
          </Suspense>
        </div>
      </div>
    </Page>
  );
}
