import { auth } from './auth';
import { common } from './common';
import { overview } from './overview';
import { shell } from './shell';

/** What the doors and the first page need. */
export const texts = { auth, common, overview, shell };
