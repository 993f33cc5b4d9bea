import { Button, Drawer, Select, Text, TextInput } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { IconArrowMerge, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { customersQuery, segmentRulesQuery } from '~/api/customers';
import { textOf, useLanguage } from '~/app/language';
import { type CustomersSearch, readCustomers } from '~/app/search';
import { useAllowed, useWorkspace } from '~/app/session';
import { useLater } from '~/app/useLater';
import { formatNumber } from '~/lib/format';
import { ExportMenu } from '~/pages/exports/ExportMenu';
import { Views } from '~/pages/views/Views';
import { ColumnChooser } from '~/ui/ColumnChooser';
import { ConnectLink } from '~/ui/ConnectLink';
import { Grid } from '~/ui/Grid';
import { ButtonLink } from '~/ui/links';
import { Page } from '~/ui/Page';
import { Answer, Empty } from '~/ui/States';
import { BulkTags } from './BulkTags';
import classes from './Customers.module.css';
import { CustomerView } from './CustomerView';
import { ATTRIBUTE, customerColumns, HIDDEN, narrowColumns } from './columns';
import { Filters } from './Filters';
import { useAttributes } from './useAttributes';

const ANY = 'any';

export function Customers() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { time_zone: zone, currency } = useWorkspace();
  const { open, sort, events: _, ...asked } = useSearch({ from: '/app/customers' });
  const navigate = useNavigate({ from: '/customers' });
  const [chosenHidden, setHidden] = useLocalStorage<string[]>({
    key: 'kupets.columns.customers',
    defaultValue: HIDDEN,
  });
  const [shownAttributes, setShownAttributes] = useLocalStorage<string[]>({
    key: 'kupets.columns.customers.attributes',
    defaultValue: [],
  });
  const attributes = useAttributes();
  // Attributes come and go with records: they are hidden until one is chosen, whenever it appeared.
  const hidden = useMemo(
    () => [
      ...chosenHidden.filter((id) => !id.startsWith(ATTRIBUTE)),
      ...attributes.map((name) => `${ATTRIBUTE}${name}`).filter((id) => !shownAttributes.includes(id)),
    ],
    [chosenHidden, attributes, shownAttributes],
  );
  const hide = useCallback(
    (next: string[]) => {
      setHidden(next);
      setShownAttributes(attributes.map((name) => `${ATTRIBUTE}${name}`).filter((id) => !next.includes(id)));
    },
    [attributes, setHidden, setShownAttributes],
  );
  const order = sort ?? '-revenue';
  const query = useInfiniteQuery({
    ...customersQuery({ ...asked, sort: order }),
    // The rows stay until the next ones are there: a list that blinks at every letter cannot be read.
    placeholderData: keepPreviousData,
  });
  const rules = useQuery(segmentRulesQuery);

  const set = useCallback(
    (next: CustomersSearch, replace = false) =>
      void navigate({ search: (before) => ({ ...before, ...next }), replace }),
    [navigate],
  );
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const columns = useMemo(() => {
    const all = customerColumns(t, language, zone, attributes);
    return narrow ? narrowColumns(all) : all;
  }, [t, language, zone, narrow, attributes]);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const mayEdit = useAllowed('manager');
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const mark = useCallback(
    (keys: string[], on: boolean) =>
      setMarked((before) => {
        const next = new Set(before);
        for (const key of keys) on ? next.add(key) : next.delete(key);
        return next;
      }),
    [],
  );
  // What the list no longer shows is not changed behind one's back.
  const chosen = useMemo(() => rows.filter(({ customer_id: id }) => marked.has(id)), [rows, marked]);
  const narrowed = Boolean(asked.search || asked.segment || asked.filter);
  const segments = [...new Set((rules.data?.rules ?? []).map(({ segment }) => segment))];
  const clear = () => set({ search: undefined, segment: undefined, filter: undefined });
  const empty = narrowed ? (
    <Empty
      title={t('customers.nothing_title')}
      text={t('customers.nothing_text')}
      action={
        <Button variant="default" onClick={clear}>
          {t('customers.clear')}
        </Button>
      }
    />
  ) : (
    <Empty title={t('customers.empty_title')} text={t('customers.empty_text')} action={<ConnectLink />} />
  );
  return (
    <Page
      full
      title={t('customers.title')}
      lead={t('customers.figures_note', { currency })}
      actions={
        <>
          <Views
            page="customers"
            columns={{ all: columns.map(({ id }) => id), hidden }}
            onOpen={(next, columnsHidden) => {
              if (columnsHidden) hide(columnsHidden);
              void navigate({ search: readCustomers(next) });
            }}
          />
          <ButtonLink to="/duplicates" variant="default" leftSection={<IconArrowMerge size={15} />}>
            {t('customers.merge.duplicates')}
          </ButtonLink>
          <ColumnChooser columns={columns} hidden={hidden} onChange={hide} />
          <ExportMenu what={{ kind: 'customers', query: { ...setOf(asked), sort: order } }} />
        </>
      }
      filters={
        <>
          <SearchField
            value={asked.search ?? ''}
            onChange={(search) => set({ search: search || undefined }, true)}
          />
          <Select
            aria-label={t('customers.segment')}
            w={180}
            value={asked.segment ?? ANY}
            onChange={(segment) => set({ segment: segment === ANY || !segment ? undefined : segment })}
            data={[
              { value: ANY, label: t('customers.any_segment') },
              ...segments.map((segment) => ({
                value: segment,
                label: textOf('customers.segments', segment),
              })),
            ]}
          />
          <Filters filter={asked.filter} onChange={(filter) => set({ filter })} />
          {chosen.length > 0 && (
            <>
              <BulkTags customers={chosen} onDone={() => setMarked(new Set())} />
              <Button variant="subtle" onClick={() => setMarked(new Set())}>
                {t('customers.bulk.none', {
                  count: chosen.length,
                  shown: formatNumber(chosen.length, language),
                })}
              </Button>
            </>
          )}
          {rows.length > 0 && (
            <Text size="xs" c="dimmed" role="status" className={classes.count}>
              {t('customers.shown', { count: rows.length, shown: formatNumber(rows.length, language) })}
              {hasNextPage && `, ${t('customers.more')}`}
            </Text>
          )}
        </>
      }
    >
      <Answer query={query} isEmpty={() => rows.length === 0} empty={empty}>
        {() => (
          <Grid
            label={t('customers.list')}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.customer_id}
            hidden={hidden}
            sort={order}
            onSort={(next) => set({ sort: next })}
            onRow={(row) => set({ open: row.customer_id })}
            selected={open}
            onEnd={more}
            total={hasNextPage ? -1 : rows.length + 1}
            marks={
              mayEdit && !narrow
                ? {
                    marked,
                    onMark: mark,
                    name: (row) =>
                      row
                        ? t('customers.bulk.mark', { name: row.name || row.customer_id })
                        : t('customers.bulk.mark_all'),
                  }
                : undefined
            }
          />
        )}
      </Answer>
      <Drawer
        opened={Boolean(open)}
        onClose={() => set({ open: undefined })}
        position="right"
        size={520}
        title={t('customers.card.panel')}
        closeButtonProps={{ 'aria-label': t('common.actions.close') }}
        overlayProps={{ backgroundOpacity: 0.12 }}
      >
        {open && <CustomerView id={open} narrow onGone={() => set({ open: undefined })} />}
      </Drawer>
    </Page>
  );
}

/** Only what is set. */
function setOf(asked: Omit<CustomersSearch, 'open' | 'sort'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asked).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** What is typed is seen at once, and asked for when the hand rests. */
function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const asked = useRef(value);
  const ask = useLater((next: string) => {
    asked.current = next;
    onChange(next);
  }, 200);
  // The address changes from elsewhere too; its echo of our own text must not undo what was typed since.
  useEffect(() => {
    if (value === asked.current) return;
    asked.current = value;
    setText(value);
  }, [value]);
  return (
    <TextInput
      type="search"
      aria-label={t('customers.search')}
      placeholder={t('customers.search')}
      leftSection={<IconSearch size={15} />}
      className={classes.search}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        ask(event.currentTarget.value);
      }}
    />
  );
}
