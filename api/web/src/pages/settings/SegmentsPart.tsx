import { Button, Group, NumberInput, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '~/api/client';
import { segmentRulesQuery } from '~/api/customers';
import type { SegmentRule } from '~/api/types';
import { useAllowed } from '~/app/session';
import { Confirm } from '~/ui/Confirm';
import { Panel } from '~/ui/Panel';
import { Answer } from '~/ui/States';
import { useAct } from '~/ui/useAct';
import { RuleRow } from './RuleRow';

const TOUCHES = ['segment-rules', 'customers', 'customer', 'report', 'trends', 'recommendations'];

export default function SegmentsPart() {
  const { t } = useTranslation();
  const query = useQuery(segmentRulesQuery);
  return (
    <Panel title={t('settings.segments.title')} note={t('settings.segments.note')}>
      <Answer query={query}>
        {({ rules, look_back_months, default: isDefault }) => (
          <Rules
            key={JSON.stringify([rules, look_back_months])}
            rules={rules}
            lookBack={look_back_months ?? null}
            isDefault={isDefault}
          />
        )}
      </Answer>
    </Panel>
  );
}

interface RulesProps {
  rules: SegmentRule[];
  lookBack: number | null;
  isDefault: boolean;
}

function Rules({ rules, lookBack, isDefault }: RulesProps) {
  const { t } = useTranslation();
  const mayChange = useAllowed('admin');
  const [list, setList] = useState(rules);
  const [months, setMonths] = useState(lookBack);
  const [restoring, { open, close }] = useDisclosure(false);
  const save = useAct({
    run: () => ask(api.PUT('/v1/segments/rules', { body: { rules: list, look_back_months: months } })),
    touches: TOUCHES,
    done: () => t('settings.segments.saved'),
  });
  const restore = useAct({
    run: () => ask(api.DELETE('/v1/segments/rules')),
    touches: TOUCHES,
    done: () => t('settings.segments.restored'),
    quiet: true,
  });
  const move = (index: number, by: number) =>
    setList((before) => {
      const next = [...before];
      const [moved] = next.splice(index, 1);
      if (moved) next.splice(index + by, 0, moved);
      return next;
    });
  const changed = months !== lookBack || JSON.stringify(list) !== JSON.stringify(rules);
  return (
    <>
      <Text size="sm" mb="xs">
        {isDefault
          ? `${t('settings.segments.default')} ${t('settings.segments.few')}`
          : t('settings.segments.own')}
      </Text>
      <NumberInput
        label={t('settings.segments.look_back')}
        description={t('settings.segments.look_back_note')}
        value={months ?? ''}
        min={1}
        max={600}
        allowDecimal={false}
        clampBehavior="strict"
        disabled={!mayChange}
        maw={420}
        mb="sm"
        onChange={(value) => setMonths(typeof value === 'number' ? value : null)}
      />
      <div style={{ overflowX: 'auto' }}>
        {list.map((rule, index) => (
          <RuleRow
            key={index}
            rule={rule}
            first={index === 0}
            last={index === list.length - 1}
            disabled={!mayChange}
            onChange={(next) => setList((before) => before.map((other, at) => (at === index ? next : other)))}
            onMove={(by) => move(index, by)}
            onRemove={() => setList((before) => before.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      {mayChange && (
        <Group mt="sm" gap="xs">
          <Button
            variant="default"
            leftSection={<IconPlus size={15} />}
            onClick={() =>
              setList((before) => [
                ...before,
                { segment: t('settings.segments.new'), r: [1, 5], f: [1, 5], m: [1, 5], fm: [1, 5] },
              ])
            }
          >
            {t('settings.segments.add')}
          </Button>
          <Button disabled={!changed} loading={save.isPending} onClick={() => save.mutate()}>
            {t('settings.segments.save')}
          </Button>
          {!isDefault && (
            <Button variant="subtle" onClick={open}>
              {t('settings.segments.restore')}
            </Button>
          )}
        </Group>
      )}
      {restoring && (
        <Confirm
          title={t('settings.segments.restore')}
          text={t('settings.segments.restore_text')}
          button={t('settings.segments.restore')}
          busy={restore.isPending}
          error={restore.error}
          onConfirm={() => restore.mutate()}
          onClose={close}
        />
      )}
    </>
  );
}
