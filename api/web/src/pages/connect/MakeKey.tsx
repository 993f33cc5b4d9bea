import { Alert, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createKey, keysQuery, SCOPES } from '~/api/keys';
import type { Scope } from '~/api/types';
import { Copy } from '~/ui/Copy';
import { AnchorLink } from '~/ui/links';
import { Panel } from '~/ui/Panel';
import { ProblemText } from '~/ui/ProblemText';
import { Secret } from '~/ui/Secret';

export interface MadeKey {
  key: string;
  name: string;
  created_at: string;
}

interface MakeKeyProps {
  made: MadeKey | null;
  onMade: (key: MadeKey | null) => void;
}

export function MakeKey({ made, onMade }: MakeKeyProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState<string | null>(null);
  const [scopes, setScopes] = useState<Scope[]>(['ingest', 'read']);
  const make = useMutation({
    mutationFn: () => createKey({ name: name ?? t('connect.key.name_default'), scopes }),
    onSuccess: (key) => {
      onMade(key);
      void client.invalidateQueries({ queryKey: keysQuery.queryKey });
    },
  });
  const manage = (
    <AnchorLink to="/settings/$part" params={{ part: 'keys' }} size="sm">
      {t('connect.key.manage')}
    </AnchorLink>
  );
  if (made) {
    return (
      <Panel title={t('connect.key.title')} actions={manage}>
        <Stack gap="xs">
          <Text size="sm" fw={500}>
            {t('connect.key.made')}: {made.name}
          </Text>
          <Secret text={made.key} label={t('connect.key.made')} />
          <Text size="sm" c="var(--kp-warn)">
            {t('connect.key.once')}
          </Text>
          <Group gap="xs">
            <Copy text={made.key} label={t('connect.key.copy')} variant="filled" />
            <Button variant="subtle" onClick={() => onMade(null)}>
              {t('connect.key.another')}
            </Button>
          </Group>
        </Stack>
      </Panel>
    );
  }
  return (
    <Panel title={t('connect.key.title')} actions={manage}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Stack gap="sm">
          {make.isError && (
            <Alert color="red" variant="light" role="alert">
              <ProblemText error={make.error} />
            </Alert>
          )}
          <TextInput
            label={t('connect.key.name')}
            value={name ?? t('connect.key.name_default')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox.Group
            label={t('connect.key.scopes')}
            value={scopes}
            onChange={(value) => setScopes(value as Scope[])}
          >
            <Stack gap={6} mt={6}>
              {SCOPES.map((scope) => (
                <Checkbox key={scope} value={scope} size="xs" label={t(`connect.scopes.${scope}`)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Group>
            <Button
              type="submit"
              leftSection={<IconKey size={15} />}
              loading={make.isPending}
              disabled={scopes.length === 0 || name?.trim() === ''}
            >
              {t('connect.key.button')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
