import { assistant } from './assistant';
import { auth } from './auth';
import { common } from './common';
import { connect } from './connect';
import { customers } from './customers';
import { forecast, recommendations, trends } from './insight';
import { overview } from './overview';
import { reports } from './reports';
import { settings } from './settings';
import { shell } from './shell';
import { sql } from './sql';

export const texts = {
  assistant,
  auth,
  common,
  connect,
  customers,
  forecast,
  overview,
  recommendations,
  reports,
  settings,
  shell,
  sql,
  trends,
};
