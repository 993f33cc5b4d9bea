import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '..');
const MANTINE = join(SOURCE, '../node_modules/@mantine/core/styles');

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /(?<!\.test)\.tsx?$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('style sheets', () => {
  it('are there for every component of Mantine that is used', () => {
    const code = sources(SOURCE);
    const used = code.flatMap((text) =>
      [...text.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)].flatMap(([, names]) =>
        (names ?? '').split(',').map((name) => name.trim()),
      ),
    );
    const imported = code.flatMap((text) =>
      [...text.matchAll(/'@mantine\/core\/styles\/(\w+)\.css'/g)].map(([, name]) => name),
    );
    const missing = [...new Set(used)].filter(
      (name) => existsSync(join(MANTINE, `${name}.css`)) && !imported.includes(name),
    );
    expect(used).toContain('Button');
    expect(missing).toEqual([]);
  });
});
