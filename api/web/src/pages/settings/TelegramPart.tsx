import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { IconBrandTelegram } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { encode } from 'uqr';
import { asProblem } from '~/api/problem';
import { makeTelegramLink, removeTelegramLink, type TelegramLink, telegramLinksQuery } from '~/api/work';
import { useLanguage } from '~/app/language';
import { useWorkspace } from '~/app/session';
import { formatAgo, formatDate, formatTime } from '~/lib/format';
import { Confirm } from '~/ui/Confirm';
import { Copy } from '~/ui/Copy';
import { DataTable } from '~/ui/DataTable';
import { Panel } from '~/ui/Panel';
import { ProblemText } from '~/ui/ProblemText';
import { Answer, Empty } from '~/ui/States';
import { useAct } from '~/ui/useAct';
import classes from './Settings.module.css';

/** While a link waits to be opened, the list is looked at anew. */
const LOOK_MS = 2_000;

/** What a server answers whose operator has set up no bot. */
const NO_BOT = 'telegram_not_set_up';

export default function TelegramPart() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const make = useMutation({ mutationFn: makeTelegramLink });
  const link = make.data;
  const query = useQuery({ ...telegramLinksQuery, refetchInterval: link ? LOOK_MS : false });
  const [before, setBefore] = useState<number | null>(null);
  const joined = link !== undefined && before !== null && (query.data?.length ?? 0) > before;
  const { reset } = make;
  // The link has done its work: it can be used once.
  useEffect(() => {
    if (joined) reset();
  }, [joined, reset]);
  const problem = make.isError ? asProblem(make.error) : null;
  return (
    <>
      <Panel title={t('sending.telegram.link')} note={t('sending.telegram.note')}>
        <Answer query={query}>
          {(links) => (
            <>
              {problem?.code === NO_BOT && (
                <Alert
                  color="yellow"
                  variant="light"
                  role="alert"
                  mb="sm"
                  title={t('sending.telegram.no_bot_title')}
                >
                  {t('sending.telegram.no_bot_text')}
                </Alert>
              )}
              {problem && problem.code !== NO_BOT && (
                <Text size="sm" c="var(--kp-bad)" role="alert" mb="xs">
                  <ProblemText error={problem} />
                </Text>
              )}
              {link ? (
                <div className={classes.telegram}>
                  <Qr text={link.url} label={t('sending.telegram.qr')} />
                  <div>
                    <Text size="sm">{t('sending.telegram.how')}</Text>
                    <Group gap="xs" my="xs">
                      <Button
                        component="a"
                        href={link.url}
                        target="_blank"
                        rel="noreferrer"
                        leftSection={<IconBrandTelegram size={16} />}
                      >
                        {t('sending.telegram.open')}
                      </Button>
                      <Copy text={link.url} label={t('settings.members.copy_link')} />
                    </Group>
                    <Group gap={8} role="status">
                      <Loader size={12} />
                      <Text size="xs" c="dimmed">
                        {t('sending.telegram.waiting', { time: formatTime(link.expires_at, language, zone) })}
                      </Text>
                    </Group>
                  </div>
                </div>
              ) : (
                <Button
                  style={{ alignSelf: 'flex-start' }}
                  leftSection={<IconBrandTelegram size={16} />}
                  loading={make.isPending}
                  onClick={() => {
                    setBefore(links.length);
                    make.mutate();
                  }}
                >
                  {t('sending.telegram.make')}
                </Button>
              )}
            </>
          )}
        </Answer>
      </Panel>
      {query.data && <Links links={query.data} />}
    </>
  );
}

/** A code that a phone reads, drawn as one path. Dark on light in every theme: cameras expect it. */
function Qr({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { data, size } = encode(text, { border: 2 });
    const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { size, path: squares.join('') };
  }, [text]);
  return (
    <svg viewBox={`0 0 ${size} ${size}`} className={classes.qr} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}

function Links({ links }: { links: TelegramLink[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone } = useWorkspace();
  const [going, setGoing] = useState<TelegramLink | null>(null);
  const remove = useAct({
    run: (id: string) => removeTelegramLink(id),
    touches: ['telegram-links'],
    done: () => {
      setGoing(null);
      return t('sending.telegram.unlinked');
    },
    quiet: true,
  });
  const name = (link: TelegramLink) => link.telegram_name || String(link.telegram_user_id);
  return (
    <Panel title={t('sending.telegram.links')}>
      {links.length === 0 ? (
        <Empty title={t('sending.telegram.none')} />
      ) : (
        <DataTable
          label={t('sending.telegram.links')}
          heads={[
            t('sending.telegram.account'),
            t('settings.parts.workspace'),
            t('sending.telegram.since'),
            t('sending.telegram.seen'),
            '',
          ]}
          rows={links.map((link) => ({
            key: link.id,
            cells: [
              name(link),
              link.workspace,
              formatDate(link.linked_at, language, zone),
              link.last_seen_at ? formatAgo(link.last_seen_at, language, zone) : t('settings.keys.never'),
              <Button
                key="r"
                size="compact-xs"
                variant="default"
                aria-label={t('sending.telegram.unlink_of', { name: name(link) })}
                onClick={() => setGoing(link)}
              >
                {t('sending.telegram.unlink')}
              </Button>,
            ],
          }))}
        />
      )}
      {going && (
        <Confirm
          title={t('sending.telegram.unlink_of', { name: name(going) })}
          text={t('sending.telegram.unlink_text')}
          button={t('sending.telegram.unlink')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(going.id)}
          onClose={() => setGoing(null)}
        />
      )}
    </Panel>
  );
}
