import { IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SampleData } from '~/pages/overview/SampleData';
import { ButtonLink } from '~/ui/links';
import { Page } from '~/ui/Page';
import { Panel } from '~/ui/Panel';
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
        <div className={classes.others}>
          <Panel title={t('imports.connect.title')} note={t('imports.connect.text')}>
            <ButtonLink to="/imports" variant="default" leftSection={<IconFileImport size={15} />}>
              {t('imports.connect.button')}
            </ButtonLink>
          </Panel>
          <Panel title={t('overview.sample_title')}>
            <SampleData />
          </Panel>
        </div>
      </div>
    </Page>
  );
}
