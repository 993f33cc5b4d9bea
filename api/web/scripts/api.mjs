// Takes the API's description from a running server (KUPETS_URL) and writes the types of the client.
// Without KUPETS_URL the types are written anew from the snapshot that is there.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const snapshot = new URL('../openapi.json', import.meta.url);
const types = new URL('../src/api/schema.d.ts', import.meta.url);

if (process.env.KUPETS_URL) {
  const answer = await fetch(new URL('/openapi.json', process.env.KUPETS_URL));
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`);
  await writeFile(snapshot, `${JSON.stringify(await answer.json(), null, 1)}\n`);
}

const document = JSON.parse(await readFile(snapshot, 'utf8'));
const head = '// Written by `npm run api` from openapi.json; not to be edited.\n\n';
await writeFile(types, head + astToString(await openapiTS(document)));
console.log(`${Object.keys(document.paths).length} paths of ${document.info.title} ${document.info.version}`);
