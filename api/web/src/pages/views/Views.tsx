import { Alert, Button, Checkbox, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconBookmark, IconBookmarkPlus, IconCheck, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import { type View, type ViewPage, views, viewsQuery } from '~/api/work';
import { Confirm } from '~/ui/Confirm';
import { ProblemText } from '~/ui/ProblemText';
import { useAct } from '~/ui/useAct';

interface ViewsProps {
  page: ViewPage;
  /** The columns of the page, where it has any to hide. */
  columns?: { all: string[]; hidden: readonly string[] };
  /** What of the address is not behind its `?`, and belongs to the view. */
  extra?: Record<string, string>;
  /** The page only lists what views show: there is nothing of its own to save. */
  readOnly?: boolean;
  /** What stood in the address, and what was hidden. */
  onOpen: (search: Record<string, string>, hidden: string[] | null) => void;
}

/** What stands behind `?`, without what is open beside the page. */
function plain(query: string, extra: Record<string, string> = {}): string {
  const set = new URLSearchParams(query);
  for (const [name, value] of Object.entries(extra)) set.set(name, value);
  set.delete('open');
  set.sort();
  return set.toString();
}

/** Filters of a page under a name, one's own and those that others share. */
export function Views({ page, columns, extra, readOnly, onOpen }: ViewsProps) {
  const { t } = useTranslation();
  const { data, error } = useQuery(viewsQuery);
  const now = plain(useRouterState({ select: (state) => state.location.searchStr }), extra);
  const [saving, setSaving] = useState(false);
  const [going, setGoing] = useState<View | null>(null);
  const listed = (data ?? []).filter((view) => view.page === page);
  const current = listed.find((view) => plain(view.query) === now);
  const remove = useAct({
    run: (id: string) => views.remove(id),
    touches: ['views'],
    done: () => {
      setGoing(null);
      return t('work.views.removed');
    },
    quiet: true,
  });
  const problem = error ? asProblem(error) : null;
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={15} />}>
            <span className="truncate" style={{ maxWidth: 160 }}>
              {current?.name ?? t('work.views.button')}
            </span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {problem && (
            <Menu.Label>
              {problem.isMissingRoute ? t('common.states.missing_title') : t('common.states.error_title')}
            </Menu.Label>
          )}
          {data && listed.length === 0 && <Menu.Label>{t('work.views.empty')}</Menu.Label>}
          {listed.map((view) => (
            <Menu.Item
              key={view.id}
              rightSection={view.id === current?.id ? <IconCheck size={15} aria-hidden /> : null}
              onClick={() =>
                onOpen(
                  Object.fromEntries(new URLSearchParams(view.query)),
                  view.columns ? (columns?.all ?? []).filter((id) => !view.columns?.includes(id)) : null,
                )
              }
            >
              {view.name}
              {!view.mine && (
                <Text size="xs" c="dimmed">
                  {t('work.views.of', { name: view.owner?.name ?? '' })}
                </Text>
              )}
            </Menu.Item>
          ))}
          {data && !readOnly && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<IconBookmarkPlus size={15} />} onClick={() => setSaving(true)}>
                {t('work.views.save')}
              </Menu.Item>
              {current?.mine && (
                <Menu.Item
                  leftSection={<IconTrash size={15} />}
                  c="var(--kp-bad)"
                  onClick={() => setGoing(current)}
                >
                  {t('work.views.remove', { name: current.name })}
                </Menu.Item>
              )}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {saving && (
        <SaveView
          page={page}
          query={now}
          columns={columns ? columns.all.filter((id) => !columns.hidden.includes(id)) : null}
          listed={listed}
          onClose={() => setSaving(false)}
        />
      )}
      {going && (
        <Confirm
          title={t('work.views.remove', { name: going.name })}
          text={t('work.views.remove_text')}
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

interface SaveViewProps {
  page: ViewPage;
  query: string;
  columns: string[] | null;
  listed: View[];
  onClose: () => void;
}

function SaveView({ page, query, columns, listed, onClose }: SaveViewProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  // A name that is there already means that view.
  const same = listed.find((view) => view.mine && view.name === name.trim());
  const save = useAct({
    run: () => {
      const body = { name: name.trim(), page, query, columns, shared };
      return same ? views.change(same.id, body) : views.create(body);
    },
    touches: ['views'],
    done: () => {
      onClose();
      return t('work.views.saved');
    },
    quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('work.views.save')}
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {save.isError && (
            <Alert color="red" variant="light" role="alert">
              <ProblemText error={save.error} />
            </Alert>
          )}
          <TextInput
            label={t('work.views.name')}
            data-autofocus
            value={name}
            maxLength={100}
            description={same ? t('work.views.replaces') : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox
            label={t('work.shared')}
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.actions.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!name.trim()}>
              {t('common.actions.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
