import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '~/ui/Page';
import { Arrival } from './Arrival';
import { Code } from './Code';
import classes from './Connect.module.css';
import { type MadeKey, MakeKey } from './MakeKey';

/** Three steps from nothing to the first record. The key lives in this page only. */
export function Connect() {
  const { t } = useTranslation();
  const [key, setKey] = useState<MadeKey | null>(null);
  return (
    <Page title={t('connect.title')} lead={t('connect.lead')}>
      <div className={classes.steps}>
        <div className={classes.key}>
          <MakeKey made={key} onMade={setKey} />
        </div>
        <div className={classes.code}>
          <Code secret={key?.key ?? null} />
        </div>
        <div className={classes.arrival}>
          <Arrival made={key} />
        </div>
      </div>
    </Page>
  );
}
