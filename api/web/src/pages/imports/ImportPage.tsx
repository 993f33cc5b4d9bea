import { Alert, Button, Group, Progress, Text } from '@mantine/core';
import { IconArrowBackUp, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Import, importQuery, imports } from '~/api/imports';
import { textOf, useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatBytes, formatNumber, formatTime } from '~/lib/format';
import { Confirm } from '~/ui/Confirm';
import { AnchorLink, ButtonLink } from '~/ui/links';
import { Page } from '~/ui/Page';
import { Panel } from '~/ui/Panel';
import { Answer } from '~/ui/States';
import { Tag } from '~/ui/Tag';
import { useAct } from '~/ui/useAct';
import { Faults } from './Faults';
import { Figure, Figures } from './Figures';
import classes from './Imports.module.css';
import { Reading } from './Reading';
import { said } from './said';
import { TONES } from './status';

/** What becomes of one file: what it is taken for, what it comes to, how far it is, what is wrong, and the way back. */
export function ImportPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/app/imports/$id' });
  const query = useQuery(importQuery(id));
  const item = query.data;
  return (
    <Page
      title={item?.file_name || t('imports.one')}
      lead={
        <AnchorLink to="/imports" size="sm">
          {t('imports.all')}
        </AnchorLink>
      }
      actions={item && <Actions item={item} />}
    >
      <Answer query={query}>{(found) => <Shown item={found} />}</Answer>
    </Page>
  );
}

function Shown({ item }: { item: Import }) {
  const { look } = item;
  const isOpen = !item.started_at && ['looked_at', 'failed'].includes(item.status);
  const bad = item.totals ? item.totals.rejected : (look?.figures?.bad ?? 0);
  return (
    <div className={classes.stack}>
      <State item={item} />
      {isOpen && <Reading key={`${item.id}-${item.status}-${JSON.stringify(item.settings)}`} item={item} />}
      {isOpen && look?.figures && <Figures figures={look.figures} />}
      {bad > 0 && <Faults item={item} />}
    </div>
  );
}

/** Where it stands, and how far it is. */
function State({ item }: { item: Import }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const { done = 0, total } = item.progress ?? {};
  const busy = ['uploaded', 'looking', 'running', 'undoing'].includes(item.status);
  const count = (value: number) => formatNumber(value, language);
  return (
    <Panel
      title={t('imports.state.title')}
      note={`${formatBytes(item.bytes, language)} · ${formatTime(item.created_at, language, zone)}`}
    >
      <Group gap="xs" role="status">
        <Tag tone={TONES[item.status]}>{textOf('imports.statuses', item.status)}</Tag>
        <Text size="sm">
          {textOf('imports.says', item.status === 'failed' && !item.started_at ? 'unreadable' : item.status)}
        </Text>
      </Group>
      {item.error && (
        <Alert color="red" variant="light" role="alert" mt="sm" lang="en">
          {said(item.error, (option) => textOf('imports.options', option))}
        </Alert>
      )}
      {busy && (
        <Progress
          mt="sm"
          value={total ? (done / total) * 100 : 100}
          striped={!total}
          animated={!total}
          aria-label={t('imports.state.progress')}
        />
      )}
      {item.totals && (
        <div className={classes.figures} style={{ marginTop: 12 }}>
          <Figure label={t('imports.state.stored')} value={count(item.totals.accepted)} />
          <Figure label={t('imports.state.replaced')} value={count(item.totals.replaced)} />
          <Figure label={t('imports.state.rejected')} value={count(item.totals.rejected)} />
          <Figure label={t('imports.state.left_out')} value={count(item.totals.left_out ?? 0)} />
        </div>
      )}
    </Panel>
  );
}

function Actions({ item }: { item: Import }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asks, setAsks] = useState(false);
  const undoes = Boolean(item.started_at) && item.status !== 'undone';
  const run = useAct({ run: () => imports.run(item.id), touches: ['imports'] });
  const remove = useAct({
    run: async () => {
      // Left first: the page would ask anew for what is gone.
      if (!undoes) await navigate({ to: '/imports' });
      return imports.remove(item.id);
    },
    touches: ['imports'],
    done: () => {
      setAsks(false);
      return undefined;
    },
  });
  const canRun =
    (item.status === 'looked_at' && item.records) || (item.status === 'failed' && item.started_at);
  const isDone = item.status === 'done' && (item.totals?.accepted ?? 0) > 0;
  return (
    <>
      {item.status !== 'undoing' && (
        <Button
          variant="default"
          leftSection={undoes ? <IconArrowBackUp size={15} /> : <IconTrash size={15} />}
          loading={remove.isPending}
          onClick={() => (undoes ? setAsks(true) : remove.mutate())}
        >
          {t(undoes ? 'imports.undo.button' : 'common.actions.remove')}
        </Button>
      )}
      {isDone && (
        <ButtonLink to={item.records === 'customers' ? '/customers' : '/'}>
          {t(item.records === 'customers' ? 'imports.see_customers' : 'connect.status.next')}
        </ButtonLink>
      )}
      {canRun && (
        <Button
          leftSection={<IconPlayerPlay size={15} />}
          loading={run.isPending}
          onClick={() => run.mutate()}
        >
          {t(item.status === 'failed' ? 'imports.go_on' : 'imports.run')}
        </Button>
      )}
      {asks && (
        <Confirm
          title={t('imports.undo.title')}
          text={t('imports.undo.text')}
          button={t('imports.undo.button')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsks(false)}
        />
      )}
    </>
  );
}
