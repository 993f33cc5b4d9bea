import '@mantine/core/styles/List.css';
import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Import, type ImportLook, type ImportSettings, imports } from '~/api/imports';
import { textOf } from '~/app/language';
import { Panel } from '~/ui/Panel';
import { useAct } from '~/ui/useAct';
import { Columns } from './Columns';
import classes from './Imports.module.css';
import { type Chosen, chosenOf, doubled, mappingOf } from './mapping';
import { Options } from './Options';
import { said } from './said';

/** What a file is taken for, and how it is to be read: what was found out, to be corrected. */
export function Reading({ item }: { item: Import }) {
  const { t } = useTranslation();
  const { look } = item;
  const [settings, setSettings] = useState<ImportSettings>(item.settings);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const again = useAct({
    run: (next: ImportSettings) => imports.change(item.id, next),
    touches: ['imports'],
  });
  const change = (next: Partial<ImportSettings>) => setSettings((before) => ({ ...before, ...next }));
  const twice = chosen ? doubled(chosen) : [];
  const save = () => again.mutate(look && chosen ? mapped(settings, look, chosen) : settings);
  return (
    <Panel
      title={t('imports.reading.title')}
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRefresh size={14} />}
          disabled={twice.length > 0}
          loading={again.isPending}
          onClick={save}
        >
          {t('imports.reading.again')}
        </Button>
      }
    >
      <Stack gap="sm">
        {look && <TakenFor item={item} look={look} />}
        {twice.map((field) => (
          <Alert key={field} color="red" variant="light" role="alert">
            {t('imports.reading.twice', { field: textOf('imports.fields', field) })}
          </Alert>
        ))}
        {look?.sheets && look.sheets.length > 1 && (
          <Text size="sm">{t('imports.reading.sheets', { names: look.sheets.join(', ') })}</Text>
        )}
        <details className={classes.ways} open={!look?.taken_for || Boolean(look.problem) || undefined}>
          <summary>{t('imports.reading.options')}</summary>
          <Options settings={settings} look={look ?? null} onChange={change} />
        </details>
        {look && look.columns.length > 0 && (
          <Columns
            look={look}
            chosen={chosen ?? chosenOf(look)}
            onChange={(at, field) =>
              setChosen((before) =>
                (before ?? chosenOf(look)).map((old, index) => (index === at ? field : old)),
              )
            }
          />
        )}
        {look && look.notes.length > 0 && (
          <div>
            <Text size="sm" fw={500}>
              {t('imports.reading.notes')}
            </Text>
            <List size="sm" lang="en">
              {look.notes.map((note) => (
                <List.Item key={note}>{said(note, (option) => textOf('imports.options', option))}</List.Item>
              ))}
            </List>
          </div>
        )}
      </Stack>
    </Panel>
  );
}

/** A mapping by hand takes the place of a known export's rules. */
function mapped(settings: ImportSettings, look: ImportLook, chosen: Chosen): ImportSettings {
  const records = settings.records ?? (look.records as ImportSettings['records']) ?? 'purchases';
  return { ...settings, preset: null, records, mapping: mappingOf(look, chosen, settings.mapping) };
}

function TakenFor({ item, look }: { item: Import; look: ImportLook }) {
  const { t } = useTranslation();
  const what = textOf('imports.records', look.taken_for ?? look.records);
  return (
    <>
      <Group gap={6}>
        <Text size="sm">
          {what ? t('imports.reading.taken_for', { what }) : t('imports.reading.unknown')}
        </Text>
      </Group>
      {look.is_guess && (
        <Alert color="yellow" variant="light">
          {t('imports.reading.guess')}
        </Alert>
      )}
      {look.problem && (
        <Alert color="red" variant="light" role="alert" title={t('imports.reading.problem')}>
          <span lang="en">{said(look.problem, (option) => textOf('imports.options', option))}</span>
        </Alert>
      )}
      {!item.records && !look.problem && <Text size="sm">{t('imports.reading.say')}</Text>}
    </>
  );
}
