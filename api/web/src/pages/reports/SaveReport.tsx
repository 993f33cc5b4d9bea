import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import {
  type OwnChart,
  type OwnParameter,
  type ParameterType,
  type SavedReport,
  savedReports,
} from '~/api/work';
import { fieldText } from '~/app/problems';
import { parametersOf } from '~/lib/parameters';
import { ProblemText } from '~/ui/ProblemText';
import { useAct } from '~/ui/useAct';

const TYPES: ParameterType[] = ['text', 'number', 'date', 'timestamp'];

interface SaveReportProps {
  sql: string;
  chart: OwnChart | null;
  /** The report that it is of; one of somebody else is saved as a new one. */
  report?: SavedReport;
  onClose: () => void;
  onSaved: (id: string) => void;
}

/** A statement under a name, with what it asks for and how it is drawn. */
export function SaveReport({ sql, chart, report, onClose, onSaved }: SaveReportProps) {
  const { t } = useTranslation();
  const own = report?.mine ? report : undefined;
  const [name, setName] = useState(report?.name ?? '');
  const [description, setDescription] = useState(report?.description ?? '');
  const [shared, setShared] = useState(own?.shared ?? false);
  const [parameters, setParameters] = useState(() => parametersOf(sql, report?.parameters ?? []));
  const save = useAct({
    run: () => {
      const body = {
        name: name.trim(),
        description: description.trim() || null,
        sql,
        parameters,
        chart: chart?.kind === 'none' ? null : chart,
        shared,
      };
      return own ? savedReports.change(own.id, body) : savedReports.create(body);
    },
    touches: ['saved-reports', 'saved-report-run'],
    done: ({ id }) => {
      onClose();
      onSaved(id);
      return t('reports.own.saved');
    },
    quiet: true,
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const change = (at: number, next: Partial<OwnParameter>) =>
    setParameters((list) => list.map((item, index) => (index === at ? { ...item, ...next } : item)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(own ? 'reports.own.change' : 'reports.own.save')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common.actions.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {problem && Object.keys(problem.fields).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              <ProblemText error={problem} />
            </Alert>
          )}
          <TextInput
            label={t('reports.own.name')}
            value={name}
            data-autofocus
            maxLength={200}
            error={fieldText(problem?.fields.name)}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Textarea
            label={t('reports.own.description')}
            autosize
            minRows={2}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          {parameters.length > 0 && (
            <Text size="sm" fw={500}>
              {t('reports.own.parameters')}
            </Text>
          )}
          {parameters.map((parameter, at) => (
            <Group key={parameter.name} gap="xs" align="flex-end" grow>
              <TextInput
                label={t('reports.own.label', { name: `$${parameter.name}` })}
                value={parameter.label ?? ''}
                onChange={(event) => change(at, { label: event.currentTarget.value || null })}
              />
              <Select
                label={t('reports.own.type')}
                value={parameter.type}
                data={TYPES.map((type) => ({ value: type, label: t(`reports.own.types.${type}`) }))}
                onChange={(type) => type && change(at, { type: type as ParameterType })}
              />
              <TextInput
                label={t('reports.own.default')}
                value={String(parameter.default ?? '')}
                onChange={(event) => change(at, { default: event.currentTarget.value || null })}
              />
            </Group>
          ))}
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
