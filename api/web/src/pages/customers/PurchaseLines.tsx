import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PurchaseEvent } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { formatMoney, formatNumber, formatPercent } from '~/lib/format';
import classes from './CustomerView.module.css';

/** Lines that are shown before the rest is asked for. */
const LINES = 4;

/** What a purchase consists of: kinds, discounts, costs and tax where a line has them. */
export function PurchaseLines({ purchase }: { purchase: PurchaseEvent }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [all, setAll] = useState(false);
  const money = (value: number) => formatMoney(value, purchase.currency, language, { column: true });
  const rest = all ? 0 : purchase.items.length - LINES;
  return (
    <ul className={classes.lines}>
      {purchase.items.slice(0, all ? undefined : LINES).map((item, index) => {
        const details = [
          item.kind !== 'product' && textOf('customers.line_kinds', item.kind),
          item.discount && t('customers.card.line_discount', { amount: money(item.discount) }),
          item.cost !== null &&
            item.cost !== undefined &&
            t('customers.card.line_cost', { amount: money(item.cost) }),
          item.vat_rate &&
            t('customers.card.line_vat', { rate: formatPercent(item.vat_rate / 100, language) }),
        ].filter(Boolean);
        return (
          <li key={index}>
            <span className="truncate">
              {item.product ?? item.product_id ?? textOf('customers.line_kinds', item.kind)}
              {item.variant && `, ${item.variant}`}
              {item.quantity !== 1 && ` × ${formatNumber(item.quantity, language)}`}
              {details.length > 0 && ` · ${details.join(', ')}`}
            </span>
            <span className="num">{money(item.amount)}</span>
          </li>
        );
      })}
      {rest > 0 && (
        <li>
          <UnstyledButton fz="inherit" c="var(--mantine-color-anchor)" onClick={() => setAll(true)}>
            + {t('customers.card.lines', { count: rest, shown: formatNumber(rest, language) })}
          </UnstyledButton>
        </li>
      )}
    </ul>
  );
}
