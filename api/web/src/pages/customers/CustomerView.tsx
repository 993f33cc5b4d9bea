import { ActionIcon, Group, Menu, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconArrowMerge,
  IconDots,
  IconDownload,
  IconExternalLink,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { customerFile, customerQuery } from '~/api/customers';
import { textOf, useLanguage } from '~/app/language';
import { useAllowed } from '~/app/session';
import { ButtonLink } from '~/ui/links';
import { Answer, Loading } from '~/ui/States';
import { Tag } from '~/ui/Tag';
import { CustomerTasks } from './CustomerTasks';
import classes from './CustomerView.module.css';
import { EditCustomer } from './EditCustomer';
import { EraseCustomer } from './EraseCustomer';
import { Facts } from './Facts';
import { Figures } from './Figures';
import { MergeCustomer } from './MergeCustomer';
import { MergedCustomers } from './MergedCustomers';
import { Notes } from './Notes';
import { Offers } from './Offers';
import { Timeline } from './Timeline';

interface CustomerViewProps {
  id: string;
  /** In the side panel. */
  narrow?: boolean;
  /** The customer was erased. */
  onGone: () => void;
}

export function CustomerView({ id, narrow, onGone }: CustomerViewProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const query = useQuery(customerQuery(id, language));
  const canEdit = useAllowed('manager');
  const canErase = useAllowed('admin');
  const [editing, edit] = useDisclosure(false);
  const [erasing, erase] = useDisclosure(false);
  const [merging, mergeInto] = useDisclosure(false);
  const navigate = useNavigate();
  return (
    <Answer query={query} loading={<Loading rows={10} />}>
      {(customer) => (
        <div className={classes.view} data-narrow={narrow || undefined}>
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <div style={{ minWidth: 0 }}>
              {narrow && <Title order={2}>{customer.name || customer.email || customer.customer_id}</Title>}
              <Group gap={4} mt={narrow ? 4 : 0}>
                {customer.lifecycle && (
                  <Tag tone="accent">{textOf('customers.lifecycle', customer.lifecycle)}</Tag>
                )}
                {/* Where there are too few customers to rank, the segment is the stage once more. */}
                {customer.segment && customer.segment !== customer.lifecycle && (
                  <Tag>{textOf('customers.segments', customer.segment)}</Tag>
                )}
                {customer.do_not_contact && <Tag tone="warn">{t('customers.card.left_alone')}</Tag>}
                {customer.tags.map((tag) => (
                  <Tag key={tag}>{tag}</Tag>
                ))}
                <Text span size="xs" c="dimmed">
                  {customer.customer_id}
                </Text>
              </Group>
            </div>
            <Group gap={6} wrap="nowrap">
              {narrow && (
                <ButtonLink
                  to="/customers/$id"
                  params={{ id }}
                  variant="default"
                  size="xs"
                  leftSection={<IconExternalLink size={14} />}
                >
                  {t('customers.card.full')}
                </ButtonLink>
              )}
              {(canEdit || canErase) && (
                <Menu position="bottom-end">
                  <Menu.Target>
                    <ActionIcon variant="default" size={30} aria-label={t('customers.card.actions')}>
                      <IconDots size={16} />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    {canEdit && (
                      <Menu.Item leftSection={<IconPencil size={15} />} onClick={edit.open}>
                        {t('customers.card.edit')}
                      </Menu.Item>
                    )}
                    {canEdit && (
                      <Menu.Item leftSection={<IconArrowMerge size={15} />} onClick={mergeInto.open}>
                        {t('customers.merge.menu')}
                      </Menu.Item>
                    )}
                    {canErase && (
                      <Menu.Item
                        leftSection={<IconDownload size={15} />}
                        component="a"
                        href={customerFile(id)}
                        download={`customer-${id}.json`}
                      >
                        {t('customers.card.take_out')}
                      </Menu.Item>
                    )}
                    {canErase && (
                      <Menu.Item leftSection={<IconTrash size={15} />} c="var(--kp-bad)" onClick={erase.open}>
                        {t('customers.card.erase')}
                      </Menu.Item>
                    )}
                  </Menu.Dropdown>
                </Menu>
              )}
            </Group>
          </Group>
          <Figures customer={customer} />
          <div className={classes.parts}>
            <Timeline id={id} nextOrderAt={customer.next_order_at ?? null} />
            <div className={classes.side}>
              <CustomerTasks id={id} />
              <Notes id={id} />
              <Facts customer={customer} />
              <MergedCustomers id={id} />
              <Offers id={id} />
            </div>
          </div>
          {editing && <EditCustomer customer={customer} onClose={edit.close} />}
          {merging && (
            <MergeCustomer
              customer={customer}
              onClose={mergeInto.close}
              onMerged={(into) => void navigate({ to: '/customers/$id', params: { id: into } })}
            />
          )}
          {erasing && <EraseCustomer customer={customer} onClose={erase.close} onGone={onGone} />}
        </div>
      )}
    </Answer>
  );
}
