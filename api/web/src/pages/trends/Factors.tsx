import '@mantine/core/styles/Table.css';
import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TreePart, Trends } from '~/api/types';
import { textOf, useLanguage } from '~/app/language';
import { formatUnit, NONE } from '~/lib/format';
import { SqlPeek } from '~/ui/SqlPeek';
import classes from './TrendsPage.module.css';

/** All factors of the change, those that are parts of others among them. */
export function factorsOf({ tree }: Trends): TreePart[] {
  if (!tree) return [];
  return Array.isArray(tree) ? tree : (tree.parts ?? []);
}

/** How deep a factor stands below the change. */
export function depthOf(part: TreePart, all: TreePart[]): number {
  const parent = part.parent && all.find(({ factor }) => factor === part.parent);
  return parent ? 1 + depthOf(parent, all) : 0;
}

/** The factors of the change in a sentence, and each with what it was and what it adds. */
export function Factors({ trends }: { trends: Trends }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const all = factorsOf(trends);
  if (all.length === 0) return null;
  const sentence = Array.isArray(trends.tree) ? null : trends.tree?.sentence;
  const figure = (value: number | null | undefined, unit?: string) =>
    value === null || value === undefined || !unit ? NONE : formatUnit(value, unit, language);
  return (
    <>
      {sentence && (
        <Text size="sm" mt="xs">
          {sentence}
        </Text>
      )}
      <Table.ScrollContainer minWidth={440}>
        <Table mt="xs" withRowBorders={false} className={classes.factors}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('trends.factor')}</Table.Th>
              <Table.Th ta="right">{t('trends.adds')}</Table.Th>
              <Table.Th ta="right">{t('trends.before')}</Table.Th>
              <Table.Th ta="right">{t('trends.after')}</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {all.map((part) => (
              <Table.Tr key={part.factor}>
                <Table.Td pl={8 + 18 * depthOf(part, all)} className={classes.factor}>
                  {part.label ?? textOf('trends.tree_parts', part.factor)}
                </Table.Td>
                <Table.Td ta="right">{figure(part.contribution, trends.total.unit)}</Table.Td>
                <Table.Td ta="right">{figure(part.before, part.unit)}</Table.Td>
                <Table.Td ta="right">{figure(part.after, part.unit)}</Table.Td>
                <Table.Td ta="right">{part.sql && <SqlPeek sql={part.sql} bare />}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
