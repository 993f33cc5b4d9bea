import '@mantine/core/styles/Switch.css';
import { ActionIcon, Button, Switch, Text } from '@mantine/core';
import { IconCircleCheck, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  assistantSettings,
  assistantSettingsQuery,
  type Checked,
  type VerifiedQuestion,
  verified,
  verifiedQuery,
} from '~/api/verified';
import { textOf, useLanguage } from '~/app/language';
import { useAllowed, useWorkspace } from '~/app/session';
import { formatDate } from '~/lib/format';
import { Confirm } from '~/ui/Confirm';
import { DataTable } from '~/ui/DataTable';
import { AnchorLink } from '~/ui/links';
import { Panel } from '~/ui/Panel';
import { Answer, Empty } from '~/ui/States';
import { Tag } from '~/ui/Tag';
import { useAct } from '~/ui/useAct';

/** What the assistant may do, and the questions whose answers the workspace vouches for. */
export default function AssistantPart() {
  return (
    <>
      <May />
      <Questions />
    </>
  );
}

function May() {
  const { t } = useTranslation();
  const query = useQuery(assistantSettingsQuery);
  const mayChange = useAllowed('admin');
  const change = useAct({
    run: (expert_sql: boolean) => assistantSettings.change({ expert_sql }),
    touches: ['assistant-settings'],
    done: () => t('assistant.settings.saved'),
  });
  return (
    <Panel title={t('assistant.settings.title')}>
      <Answer query={query}>
        {({ expert_sql, model }) => (
          <>
            <Text size="sm" mb="sm">
              {model.name && (
                <>
                  <b>{model.name}</b>:{' '}
                </>
              )}
              {/* Which command brings a model that is missing, the server knows. */}
              {model.state === 'model_missing'
                ? model.told
                : textOf('assistant.settings.states', model.state)}
            </Text>
            <Switch
              label={t('assistant.settings.expert_sql')}
              description={t('assistant.settings.expert_sql_hint')}
              checked={change.isPending ? change.variables : expert_sql}
              disabled={!mayChange}
              onChange={(event) => change.mutate(event.currentTarget.checked)}
            />
          </>
        )}
      </Answer>
    </Panel>
  );
}

function Questions() {
  const { t } = useTranslation();
  const query = useQuery(verifiedQuery);
  const check = useMutation({ mutationFn: () => verified.check() });
  const byId = new Map((check.data?.items ?? []).map((item) => [item.id, item]));
  return (
    <Panel
      title={t('assistant.questions.title')}
      note={t('assistant.questions.note')}
      actions={
        query.data &&
        query.data.length > 0 && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconCircleCheck size={14} />}
            loading={check.isPending}
            onClick={() => check.mutate()}
          >
            {t('assistant.questions.check')}
          </Button>
        )
      }
    >
      {check.data && (
        <Text size="sm" role="status" mb="xs">
          {t('assistant.questions.checked', { passed: check.data.passed, failed: check.data.failed })}
        </Text>
      )}
      <Answer
        query={query}
        isEmpty={(questions) => questions.length === 0}
        empty={
          <Empty
            title={t('assistant.questions.empty')}
            text={t('assistant.questions.empty_text')}
            action={<AnchorLink to="/assistant">{t('shell.nav.assistant')}</AnchorLink>}
          />
        }
      >
        {(questions) => <List questions={questions} checked={byId} />}
      </Answer>
    </Panel>
  );
}

function List({ questions, checked }: { questions: VerifiedQuestion[]; checked: Map<string, Checked> }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const mayChange = useAllowed('manager');
  const [going, setGoing] = useState<VerifiedQuestion | null>(null);
  const remove = useAct({
    run: (id: string) => verified.remove(id),
    touches: ['verified-questions'],
    done: () => {
      setGoing(null);
      return t('assistant.questions.removed');
    },
    quiet: true,
  });
  return (
    <>
      <DataTable
        label={t('assistant.questions.title')}
        heads={[
          t('assistant.questions.name'),
          t('assistant.questions.question'),
          t('assistant.questions.changed'),
          t('assistant.questions.state'),
          '',
        ]}
        rows={questions.map((one) => {
          const result = checked.get(one.id);
          return {
            key: one.id,
            cells: [
              <b key="n">{one.name}</b>,
              <AnchorLink key="q" to="/assistant" search={{ q: one.question }} size="sm">
                {one.question}
              </AnchorLink>,
              formatDate(one.updated_at, language, zone),
              result && (
                <Tag key="s" tone={result.status === 'passed' ? 'good' : 'warn'}>
                  {textOf('assistant.questions.states', result.status)}
                </Tag>
              ),
              mayChange && (
                <ActionIcon
                  key="r"
                  variant="subtle"
                  color="gray"
                  aria-label={t('assistant.questions.remove', { name: one.name })}
                  onClick={() => setGoing(one)}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              ),
            ],
          };
        })}
      />
      {going && (
        <Confirm
          title={t('assistant.questions.remove', { name: going.name })}
          text={t('assistant.questions.remove_text')}
          button={t('common.actions.remove')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(going.id)}
          onClose={() => setGoing(null)}
        />
      )}
    </>
  );
}
