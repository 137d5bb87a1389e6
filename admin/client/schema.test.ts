import openapiTypescript, { astToString } from 'openapi-typescript';
import { expect, it } from 'vitest';
import { createAdminApp } from '../http/app.ts';
import { unreachableStores } from '../http/testing/app.ts';

const HEADER = '// Made from the OpenAPI document by `npm run generate:client`. Do not edit.\n\n';

it('the client’s types are those of the OpenAPI document; if not: npm run generate:client', async () => {
  const app = await createAdminApp(unreachableStores());
  const document = (await app.inject('/api/v1/openapi.json')).json();
  await app.close();
  const types = astToString(await openapiTypescript(document, { alphabetize: true }));
  await expect(HEADER + types).toMatchFileSnapshot('schema.gen.ts');
});
