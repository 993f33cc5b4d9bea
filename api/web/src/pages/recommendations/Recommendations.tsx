import { Button, SegmentedControl, Select, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { recommendationsQuery } from '~/api/recommendations';
import { textOf, useLanguage } from '~/app/language';
import { STATUSES } from '~/app/search';
import { ConnectIfNew } from '~/ui/ConnectLink';
import { Page } from '~/ui/Page';
import { Answer, Empty } from '~/ui/States';
import { Advice } from './Advice';
import classes from './Recommendations.module.css';

const ANY = 'any';

/** Those that the server works out. */
const KINDS = [
  'at_risk_key_customer',
  'win_back',
  'second_purchase',
  'reorder_due',
  'cross_sell_bundle',
  'stock_out',
  'price_leak',
  'promote_product',
  'drop_product',
  'best_contact_time',
] as const;

export function Recommendations() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { status = 'new', kind, open } = useSearch({ from: '/app/recommendations' });
  const navigate = useNavigate({ from: '/recommendations' });
  const query = useInfiniteQuery(recommendationsQuery({ status, kind, locale: language }));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const none = query.data?.pages[0]?.none ?? [];
  return (
    <Page
      title={t('recommendations.title')}
      lead={t('recommendations.lead')}
      filters={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t('recommendations.status')}
            value={status}
            onChange={(value) =>
              void navigate({
                search: { status: value === 'new' ? undefined : (value as typeof status), kind },
              })
            }
            data={STATUSES.map((value) => ({ value, label: t(`recommendations.statuses.${value}`) }))}
          />
          <Select
            w={220}
            aria-label={t('recommendations.kind')}
            value={kind ?? ANY}
            onChange={(value) =>
              void navigate({
                search: (before) => ({
                  ...before,
                  kind: value === ANY || !value ? undefined : value,
                  open: undefined,
                }),
              })
            }
            data={[
              { value: ANY, label: t('recommendations.any_kind') },
              ...KINDS.map((value) => ({ value, label: t(`recommendations.kinds.${value}`) })),
            ]}
          />
        </>
      }
    >
      <Answer query={query}>
        {() => (
          <div className={classes.stack}>
            {items.length === 0 && (
              <Empty
                title={t('recommendations.empty_title')}
                text={t('recommendations.empty_text')}
                action={status === 'new' && <ConnectIfNew />}
              />
            )}
            {items.map((item) => (
              <Advice
                key={item.id}
                advice={item}
                opened={open === item.id}
                onToggle={() =>
                  void navigate({
                    search: (before) => ({ ...before, open: open === item.id ? undefined : item.id }),
                    replace: true,
                  })
                }
              />
            ))}
            {query.hasNextPage && (
              <Button
                variant="default"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t('common.actions.load_more')}
              </Button>
            )}
            {status === 'new' && none.length > 0 && (
              <details className={classes.none} open={items.length === 0}>
                <summary>{t('recommendations.why_none')}</summary>
                {none.map(({ kind: of, reason }) => (
                  <Text key={of} size="sm" mt={4}>
                    <b>{textOf('recommendations.kinds', of)}.</b> {reason}
                  </Text>
                ))}
              </details>
            )}
          </div>
        )}
      </Answer>
    </Page>
  );
}
