import { Button, Menu, Skeleton, Text, VisuallyHidden } from '@mantine/core';
import { IconCalendar, IconCheck, IconChevronDown } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { COMPARISONS, type PeriodSearch, PRESETS } from '~/lib/period';
import classes from './PeriodPicker.module.css';
import type { Told } from './usePeriod';

const OwnDates = lazy(() => import('./OwnDates'));

interface PeriodPickerProps {
  period: Told;
  onChange: (search: PeriodSearch) => void;
  /** Without it the page has no comparison. */
  comparable?: boolean;
}

/** The one period of a page, with its days spelled out, and what it is compared with. */
export function PeriodPicker({ period, onChange, comparable }: PeriodPickerProps) {
  const { t } = useTranslation();
  const [own, setOwn] = useState(false);
  const [opened, setOpened] = useState(false);
  const name = period.preset === 'custom' ? null : t(`common.periods.${period.preset}`);
  const days = period.say(period.span);
  const choose = (chosen: PeriodSearch) => {
    const keep = period.comparison === 'previous' ? undefined : period.comparison;
    onChange({ period: undefined, from: undefined, to: undefined, compare: keep, ...chosen });
  };
  return (
    <>
      <Menu
        opened={opened}
        onChange={(open) => {
          setOpened(open);
          if (!open) setOwn(false);
        }}
        position="bottom-start"
        closeOnItemClick={false}
      >
        <Menu.Target>
          <Button
            variant="default"
            className={classes.wraps}
            leftSection={<IconCalendar size={15} />}
            rightSection={<IconChevronDown size={14} />}
          >
            <span>
              <VisuallyHidden>{t('common.periods.label')}: </VisuallyHidden>
              {name}
              {name && days && <span className={classes.dot}> · </span>}
              {days && (
                <Text span inherit className={classes.days} c={name ? 'dimmed' : undefined}>
                  {days}
                </Text>
              )}
            </span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {own ? (
            <Suspense fallback={<Skeleton width={260} height={290} />}>
              <OwnDates
                span={period.span}
                today={period.today}
                onChoose={(from, to) => {
                  setOpened(false);
                  choose({ from, to });
                }}
              />
            </Suspense>
          ) : (
            <>
              {PRESETS.map((preset) => (
                <Menu.Item
                  key={preset}
                  rightSection={period.preset === preset ? <IconCheck size={15} /> : null}
                  onClick={() => {
                    setOpened(false);
                    choose({ period: preset });
                  }}
                >
                  {t(`common.periods.${preset}`)}
                </Menu.Item>
              ))}
              <Menu.Divider />
              <Menu.Item onClick={() => setOwn(true)}>{t('common.periods.choose')}</Menu.Item>
              <Menu.Label>{t('common.periods.zone', { zone: period.zone })}</Menu.Label>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {comparable && period.preset !== 'all' && <ComparisonPicker period={period} onChange={onChange} />}
    </>
  );
}

function ComparisonPicker({ period, onChange }: PeriodPickerProps) {
  const { t } = useTranslation();
  const days = period.say(period.compared);
  const keep: PeriodSearch =
    period.preset === 'custom' ? {} : { period: period.preset as PeriodSearch['period'] };
  const [from, to] = period.preset === 'custom' ? (period.span.days ?? []) : [];
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />}>
          <span>
            <VisuallyHidden>{t('common.comparisons.label')}: </VisuallyHidden>
            {days
              ? t('common.comparisons.versus', { span: days })
              : t(`common.comparisons.${period.comparison}`)}
          </span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('common.comparisons.label')}</Menu.Label>
        {COMPARISONS.map((comparison) => (
          <Menu.Item
            key={comparison}
            rightSection={period.comparison === comparison ? <IconCheck size={15} /> : null}
            onClick={() =>
              onChange({ ...keep, from, to, compare: comparison === 'previous' ? undefined : comparison })
            }
          >
            {t(`common.comparisons.${comparison}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
