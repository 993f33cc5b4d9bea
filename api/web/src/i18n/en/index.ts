import { texts as first } from './first';
import { texts as rest } from './rest';

export const texts = { ...first, ...rest };

/** What every language has. */
export type Texts = typeof texts;
