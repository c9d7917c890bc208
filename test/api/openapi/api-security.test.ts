import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { type ApiSecurity, issuedTokens, serverToken, signedRequests } from '../../../lib/api/openapi/api-security.ts';
import { routeTable, tableDocument } from '../../../lib/api/route-table.ts';
import { contracts, fixture } from '../../support/fixture-project.ts';

const table = routeTable({ contracts, metrics: [], routes: fixture.routes });
const documentOf = (security: ApiSecurity) =>
  tableDocument(table, { version: '1.2.3', examples: () => [], security })();

const byIssuer = issuedTokens('https://issuer.example.com/');

describe.each(Object.entries({ serverToken, signedRequests, byIssuer }))('a document with %s', (_, security) => {
  const document = documentOf(security);

  it('is valid, and every requirement names a scheme that it describes', async () => {
    expect((await new Validator().validate(JSON.parse(JSON.stringify(document)))).valid).toBe(true);
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const required = [document.security, ...operations.flatMap((one) => (one.security ? [one.security] : []))].flat();
    const schemes = Object.keys(document.components.securitySchemes);
    expect(schemes.length).toBe(1);
    for (const requirement of required) for (const name of Object.keys(requirement)) expect(schemes).toContain(name);
  });
});

describe('who may do what', () => {
  it('a laptop also answers requests without a credential', () => {
    expect(documentOf(serverToken).security).toContainEqual({});
  });

  it.each(Object.entries({ signedRequests, byIssuer }))('in AWS nothing is without a credential: %s', (_, security) => {
    const { paths, security: reading } = documentOf(security);
    const own = Object.values(paths).flatMap((methods) => Object.values(methods).map((one) => one.security ?? reading));
    for (const requirements of own) {
      expect(requirements.length).toBeGreaterThan(0);
      for (const requirement of requirements) expect(Object.keys(requirement).length).toBe(1);
    }
  });

  it('tokens need the scope of reading, or that of writing to all streams or to one', () => {
    const { paths, security, components } = documentOf(byIssuer);
    expect(security).toEqual([{ issuer: ['weir/read'] }]);
    expect(paths['/events/shop.purchases']?.post?.security).toEqual([
      { issuer: ['weir/write'] },
      { issuer: ['weir/write.shop.purchases'] },
    ]);
    expect(paths['/metrics']?.get?.security).toBeUndefined();
    expect(components.securitySchemes.issuer).toMatchObject({
      openIdConnectUrl: 'https://issuer.example.com/.well-known/openid-configuration',
    });
  });

  it('a document of AWS says which answers are API Gateway’s own', () => {
    expect(documentOf(byIssuer).info.description).toContain('API Gateway itself answers');
    expect(documentOf(serverToken).info.description).not.toContain('API Gateway');
  });
});
