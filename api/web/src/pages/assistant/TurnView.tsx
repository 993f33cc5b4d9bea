import { ActionIcon, Alert, Button, Group, Loader, Text } from '@mantine/core';
import {
  IconAlertCircle,
  IconArrowRight,
  IconRefresh,
  IconRosetteDiscountCheck,
  IconTable,
  IconThumbDown,
  IconThumbUp,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { judge, type Plan, type Verdict } from '~/api/assistant';
import type { Problem } from '~/api/problem';
import { problemLine } from '~/app/problems';
import { useAllowed } from '~/app/session';
import { SqlPeek } from '~/ui/SqlPeek';
import { Tag } from '~/ui/Tag';
import classes from './Assistant.module.css';
import { Chips } from './Chips';
import { ResultView } from './ResultView';
import { isRunning, readings, type Turn } from './turn';

const Vouch = lazy(() => import('./Vouch'));
const RowsDrawer = lazy(() => import('./RowsDrawer'));

interface TurnViewProps {
  turn: Turn;
  /** Chips and choices are of use where a follow-up goes on from. */
  onAsk: (text: string, plan?: Plan) => void;
  onRetry: () => void;
  onVerdict: (verdict: Verdict | null) => void;
}

export function TurnView({ turn, onAsk, onRetry, onVerdict }: TurnViewProps) {
  const { t } = useTranslation();
  const { reply, step, question, problem, stored } = turn;
  const { answer, interpretation, source, sql, result, model, next, message_id: id } = reply;
  const [rows, setRows] = useState(false);
  const [vouching, setVouching] = useState(false);
  const mayVouch = useAllowed('manager');
  const offered = readings(reply);
  const isDone = step === 'done';
  const showsRows = isDone && id && interpretation && (result || stored);
  return (
    <article className={classes.turn} data-step={step} aria-label={question}>
      <div className={classes.question}>{question}</div>
      <div className={classes.answer}>
        {interpretation && <Chips plan={interpretation} onChange={(plan, told) => onAsk(told, plan)} />}
        {answer && <div className={classes.words}>{answer}</div>}
        {result && <ResultView reply={reply} title={question} />}
        {isRunning(turn) && (
          <Group gap={8} className={classes.note} role="status">
            <Loader size={12} />
            {t(`assistant.steps.${step as 'reading' | 'counting' | 'telling'}`)}
          </Group>
        )}
        {step === 'stopped' && <Text className={classes.note}>{t('assistant.stopped')}</Text>}
        {problem && <Fault problem={problem} onRetry={onRetry} />}
        {stored && interpretation && !result && (
          <Group>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconRefresh size={14} />}
              onClick={() => onAsk(question, interpretation)}
            >
              {t('assistant.again')}
            </Button>
          </Group>
        )}
        {offered.length > 0 && (
          <div className={classes.offers}>
            <Text span className={classes.note}>
              {source === 'clarify' ? t('assistant.choose') : t('assistant.or')}
            </Text>
            {offered.map((choice) => (
              <Button
                key={choice.id}
                size="compact-sm"
                variant={source === 'clarify' ? 'light' : 'default'}
                onClick={() => onAsk(choice.label, choice.plan)}
              >
                {choice.label}
              </Button>
            ))}
          </div>
        )}
        {isDone && next && (
          <Group>
            <Button
              size="compact-sm"
              variant="subtle"
              px={4}
              rightSection={<IconArrowRight size={14} />}
              onClick={() => onAsk(next)}
            >
              {next}
            </Button>
          </Group>
        )}
        {isDone && (
          <footer className={classes.foot}>
            {source && (
              <Tag tone={source === 'verified' ? 'good' : source === 'sql' ? 'warn' : undefined}>
                {source === 'verified' && reply.verified
                  ? t('assistant.verified', { name: reply.verified })
                  : t(`assistant.sources.${source}`)}
              </Tag>
            )}
            <Text span className={classes.note}>
              {model
                ? model.refused
                  ? t('assistant.model_refused', { name: model.name })
                  : t('assistant.model', { name: model.name })
                : t('assistant.no_model')}
            </Text>
            <span className={classes.acts}>
              {sql && <SqlPeek sql={sql} size="xs" meta={costOf(reply)} />}
              {mayVouch && result && source !== 'verified' && (interpretation || sql) && (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconRosetteDiscountCheck size={15} />}
                  onClick={() => setVouching(true)}
                >
                  {t('assistant.questions.vouch')}
                </Button>
              )}
              {showsRows && (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconTable size={15} />}
                  onClick={() => setRows(true)}
                >
                  {t('assistant.rows')}
                </Button>
              )}
              {id && (
                <span className={classes.thumbs}>
                  <Thumbs id={id} verdict={turn.verdict ?? null} onVerdict={onVerdict} />
                </span>
              )}
            </span>
          </footer>
        )}
      </div>
      {vouching && (
        <Suspense>
          <Vouch question={question} plan={interpretation} sql={sql} onClose={() => setVouching(false)} />
        </Suspense>
      )}
      {rows && id && (
        <Suspense>
          <RowsDrawer message={id} title={question} onClose={() => setRows(false)} />
        </Suspense>
      )}
    </article>
  );
}

function costOf({ result }: Turn['reply']) {
  const { rows_scanned, elapsed_ms } = result?.meta ?? {};
  return rows_scanned === undefined || elapsed_ms === undefined ? undefined : { rows_scanned, elapsed_ms };
}

function Fault({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  const { t } = useTranslation();
  const text = problem.code === 'cut' ? t('assistant.cut') : problemLine(problem);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertCircle size={18} />}
      className={classes.fault}
    >
      <Group justify="space-between" gap="xs">
        <span>{text}</span>
        {!problem.isMissingRoute && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            onClick={onRetry}
          >
            {t('common.actions.retry')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

interface ThumbsProps {
  id: string;
  verdict: Verdict | null;
  onVerdict: (verdict: Verdict | null) => void;
}

function Thumbs({ id, verdict, onVerdict }: ThumbsProps) {
  const { t } = useTranslation();
  const send = useMutation({
    mutationFn: (said: Verdict) => judge(id, said),
    onError: () => onVerdict(verdict),
  });
  return (['up', 'down'] as const).map((said) => {
    const Icon = said === 'up' ? IconThumbUp : IconThumbDown;
    return (
      <ActionIcon
        key={said}
        size={30}
        variant={verdict === said ? 'light' : 'subtle'}
        color={verdict === said ? 'accent' : 'gray'}
        aria-label={t(`assistant.thumbs.${said}`)}
        aria-pressed={verdict === said}
        onClick={() => {
          onVerdict(said);
          send.mutate(said);
        }}
      >
        <Icon size={15} />
      </ActionIcon>
    );
  });
}
