import { Alert, Button, FileButton, Progress, Text } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { importsQuery, sendFiles } from '~/api/imports';
import { useLanguage } from '~/app/language';
import { formatPercent } from '~/lib/format';
import { Panel } from '~/ui/Panel';
import { ProblemText } from '~/ui/ProblemText';
import classes from './Imports.module.css';

interface Sending {
  name: string;
  share: number;
}

/** Takes files, chosen or dropped, as one import, and goes to what becomes of it. */
export function Drop() {
  const { t } = useTranslation();
  const language = useLanguage();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [sending, setSending] = useState<Sending | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isOver, setOver] = useState(false);
  const abort = useRef<AbortController | null>(null);
  // Who leaves the page sends nothing any more.
  useEffect(() => () => abort.current?.abort(), []);

  const send = async (files: File[]) => {
    const [first] = files;
    if (!first || sending) return;
    const controller = new AbortController();
    abort.current = controller;
    const name = files.length > 1 ? t('imports.drop.several', { count: files.length }) : first.name;
    setError(null);
    setSending({ name, share: 0 });
    try {
      const told = (share: number) => setSending({ name, share });
      const { id } = await sendFiles(files, told, controller.signal);
      await client.invalidateQueries({ queryKey: importsQuery.queryKey });
      void navigate({ to: '/imports/$id', params: { id } });
    } catch (problem) {
      if (!controller.signal.aborted) setError(problem);
    } finally {
      setSending(null);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void send([...event.dataTransfer.files]);
  };
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <Panel title={t('imports.drop.title')} note={t('imports.drop.note')}>
      {Boolean(error) && (
        <Alert color="red" variant="light" role="alert" mb="sm">
          <ProblemText error={error} />
        </Alert>
      )}
      <div
        className={classes.drop}
        role="group"
        aria-label={t('imports.drop.here')}
        data-over={isOver || undefined}
        onDrop={drop}
        onDragOver={over}
        onDragLeave={() => setOver(false)}
      >
        <IconFileImport size={28} stroke={1.4} aria-hidden />
        {sending ? (
          <>
            <Text size="sm" role="status">
              {t('imports.drop.sending', {
                name: sending.name,
                share: formatPercent(sending.share, language, 0),
              })}
            </Text>
            <Progress value={sending.share * 100} w="min(360px, 100%)" aria-label={t('imports.drop.title')} />
            <Button variant="default" size="xs" onClick={() => abort.current?.abort()}>
              {t('common.actions.cancel')}
            </Button>
          </>
        ) : (
          <>
            <Text size="sm">{t('imports.drop.here')}</Text>
            <FileButton multiple onChange={(files) => void send(files)}>
              {(props) => <Button {...props}>{t('imports.drop.choose')}</Button>}
            </FileButton>
            <Text size="xs" c="dimmed">
              {t('imports.drop.formats')}
            </Text>
          </>
        )}
      </div>
    </Panel>
  );
}
