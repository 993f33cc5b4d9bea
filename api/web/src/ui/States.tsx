import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import {
  IconCloudOff,
  IconInbox,
  IconLock,
  IconPlugConnectedX,
  IconRefresh,
  IconRosetteDiscountOff,
  IconSearchOff,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem, type Problem } from '~/api/problem';
import { ProblemText } from './ProblemText';
import { Stale } from './Stale';
import classes from './States.module.css';

interface NoticeProps {
  icon: ReactNode;
  title: string;
  text?: ReactNode;
  action?: ReactNode;
  role?: 'status' | 'alert';
}

function Notice({ icon, title, text, action, role }: NoticeProps) {
  return (
    <Stack className={classes.notice} align="center" gap={6} role={role}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <Text fw={600}>{title}</Text>
      {text && (
        <Text size="sm" c="dimmed" ta="center" maw={460} component="div">
          {text}
        </Text>
      )}
      {action && <Group mt={8}>{action}</Group>}
    </Stack>
  );
}

export function Loading({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap={10} role="status" aria-label={t('common.states.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={row === 0 ? 18 : 14} width={`${92 - ((row * 17) % 40)}%`} radius="sm" />
      ))}
    </Stack>
  );
}

export function Empty({ title, text, action }: { title?: string; text?: ReactNode; action?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Notice
      role="status"
      icon={<IconInbox size={26} stroke={1.4} />}
      title={title ?? t('common.states.empty_title')}
      text={text}
      action={action}
    />
  );
}

function looks(problem: Problem) {
  if (problem.status === 0) return { icon: IconCloudOff, kind: 'offline' } as const;
  if (problem.isMissingRoute) return { icon: IconRosetteDiscountOff, kind: 'missing' } as const;
  if (problem.status === 403) return { icon: IconLock, kind: 'forbidden' } as const;
  if (problem.status === 404) return { icon: IconSearchOff, kind: 'not_found' } as const;
  return { icon: IconPlugConnectedX, kind: 'error' } as const;
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  const { icon: Icon, kind } = looks(problem);
  const texts = {
    offline: { title: t('common.states.offline_title'), text: t('common.states.offline_text') },
    missing: { title: t('common.states.missing_title'), text: t('common.states.missing_text') },
    forbidden: { title: t('common.states.forbidden_title'), text: t('common.states.forbidden_text') },
    not_found: { title: t('common.states.not_found_title'), text: t('common.states.not_found_text') },
    error: { title: t('common.states.error_title'), text: <ProblemText error={problem} /> },
  }[kind];
  const canRetry = retry && (kind === 'error' || kind === 'offline');
  return (
    <Notice
      role="alert"
      icon={<Icon size={26} stroke={1.4} />}
      title={texts.title}
      text={
        <>
          {texts.text}
          {kind === 'error' && problem.status >= 500 && problem.requestId && (
            <div>{t('common.states.request_id', { id: problem.requestId })}</div>
          )}
        </>
      }
      action={
        canRetry && (
          <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={retry}>
            {t('common.actions.retry')}
          </Button>
        )
      }
    />
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  isFetching?: boolean;
  /** When the data came. */
  dataUpdatedAt?: number;
  refetch: () => unknown;
}

interface AnswerProps<T> {
  query: Asked<T>;
  loading?: ReactNode;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}

/** The states of a query in one place: what was shown stays while it is asked again; when that fails, it says of when it is. */
export function Answer<T>({ query, loading, isEmpty, empty, children }: AnswerProps<T>) {
  if (query.data !== undefined) {
    const shown = isEmpty?.(query.data) ? (empty ?? <Empty />) : children(query.data);
    if (!query.error) return shown;
    return (
      <>
        <Stale at={query.dataUpdatedAt} busy={query.isFetching} retry={() => query.refetch()} />
        {shown}
      </>
    );
  }
  if (query.isPending) return loading ?? <Loading />;
  return <Failure error={query.error} retry={() => query.refetch()} />;
}
