import { assistant } from './assistant';
import { connect } from './connect';
import { customers } from './customers';
import { imports } from './imports';
import { forecast, recommendations, trends } from './insight';
import { reports } from './reports';
import { sending } from './sending';
import { settings } from './settings';
import { sql } from './sql';
import { work } from './work';

/** What comes with the first of the other pages. */
export const texts = {
  assistant,
  connect,
  customers,
  forecast,
  imports,
  recommendations,
  reports,
  sending,
  settings,
  sql,
  trends,
  work,
};
