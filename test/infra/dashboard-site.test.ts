import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { DASHBOARD_PATHS } from '../../lib/infra/dashboard-paths.ts';
import { siteFindings } from '../support/site-findings.ts';
import { byUserPool, ofType, only, prod, synthesised, type Templates } from '../support/synthesised.ts';

const ofPool = synthesised({ live: byUserPool });
const ofIssuer = synthesised({ ...prod });
const kinds = { 'with a user pool': ofPool, 'with an issuer of others': ofIssuer };

const DISTRIBUTION = 'AWS::CloudFront::Distribution';
const CACHE = 'AWS::CloudFront::CachePolicy';
const HEADERS = 'AWS::CloudFront::ResponseHeadersPolicy';

/** The templates after a change to the text of the resources of that type. */
function changed(templates: Templates, type: string, [from, to]: readonly [string, string]): Templates {
  const copy: Record<string, Record<string, unknown>> = structuredClone(templates) as never;
  let found = 0;
  for (const stack of Object.values(copy)) {
    for (const [id, resource] of Object.entries(stack)) {
      const text = JSON.stringify(resource);
      if ((resource as { readonly Type: string }).Type !== type || !text.includes(from)) continue;
      stack[id] = JSON.parse(text.replaceAll(from, to));
      found += 1;
    }
  }
  if (found === 0) throw new Error(`${type}: expected ${from}, found none`);
  return copy as unknown as Templates;
}

describe.each(Object.entries(kinds))('the dashboard’s site %s', (_, templates) => {
  it('is private, encrypted, and confined to its own origin and the issuer’s', () => {
    expect(siteFindings(templates)).toEqual([]);
  });

  it.each([
    [
      DISTRIBUTION,
      '"ViewerProtocolPolicy":"redirect-to-https"',
      '"ViewerProtocolPolicy":"allow-all"',
      /files: answers without TLS/,
    ],
    [
      DISTRIBUTION,
      '"ViewerProtocolPolicy":"https-only"',
      '"ViewerProtocolPolicy":"allow-all"',
      /api.*: answers without TLS/,
    ],
    [DISTRIBUTION, '"OriginAccessControlId"', '"Nothing"', /does not sign its requests/],
    [DISTRIBUTION, '"ResponseHeadersPolicyId"', '"Nothing"', /expected security headers/],
    [DISTRIBUTION, '"OriginRequestPolicyId"', '"Nothing"', /headers of requests are dropped/],
    [DISTRIBUTION, '"OriginProtocolPolicy":"https-only"', '"OriginProtocolPolicy":"match-viewer"', /asked without TLS/],
    [DISTRIBUTION, '"ErrorCachingMinTTL":0', '"ErrorCachingMinTTL":10', /503: repeated/],
    [DISTRIBUTION, '"PathPattern":"/events/*"', '"PathPattern":"/other/*"', /\/events\/\*: expected a behaviour/],
    [CACHE, '"Authorization"', '"Accept"', /shared by all credentials/],
    [CACHE, '"QueryStringBehavior":"all"', '"QueryStringBehavior":"none"', /shared by all queries/],
    [CACHE, '"MaxTTL":1', '"MaxTTL":3600', /answers may be old/],
    [HEADERS, "connect-src 'self' https://", 'connect-src * https://', /their headers lack default-src/],
    [HEADERS, "frame-ancestors 'none'", 'frame-ancestors *', /their headers lack frame-ancestors/],
    [HEADERS, '"StrictTransportSecurity"', '"Nothing"', /lack "StrictTransportSecurity"/],
    ['AWS::S3::BucketPolicy', 'AWS:SourceArn', 'aws:PrincipalArn', /any distribution may read/],
    ['AWS::S3::BucketPolicy', '"s3:GetObject"', '"s3:*"', /CloudFront may "s3:\*"/],
  ])('%s with %s as %s is found', (type, from, to, finding) => {
    expect(siteFindings(changed(templates, type, [from, to]))).toContainEqual(expect.stringMatching(finding));
  });

  it('has the rates that the API has: it adds no route', () => {
    const routes = [...ofType(templates, 'AWS::ApiGatewayV2::Route').values()];
    expect(routes.length).toBe(1 + 2 * 8);
  });
});

describe('its configuration', () => {
  const configOf = (templates: Templates) => JSON.stringify(only(templates, 'Custom::WeirDashboard').Config);

  it('names the issuer and the client of others', () => {
    expect(JSON.parse(String(only(ofIssuer, 'Custom::WeirDashboard').Config))).toEqual({
      signIn: { issuer: 'https://issuer.example.com', clientId: 'weir-dashboard', scope: 'openid weir/read' },
      pages: ['now'],
    });
  });

  it('names the pool’s public client, whose tokens the API accepts, and its endpoints', () => {
    const [id = '', client] =
      [...ofType(ofPool, 'AWS::Cognito::UserPoolClient')].find(
        ([, { Properties }]) => Properties?.ClientName === 'dashboard',
      ) ?? [];
    expect(configOf(ofPool)).toContain(`{"Ref":"${id}"}`);
    expect(configOf(ofPool)).toContain('/oauth2/token');
    const { JwtConfiguration } = only(ofPool, 'AWS::ApiGatewayV2::Authorizer');
    expect(JwtConfiguration).toMatchObject({ Audience: expect.arrayContaining([{ Ref: id }]) });
    const [site = ''] = ofType(ofPool, DISTRIBUTION).keys();
    const address = [{ 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [site, 'DomainName'] }, '/dashboard/']] }];
    expect(client?.Properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'weir/read'],
      CallbackURLs: address,
      LogoutURLs: address,
    });
  });

  it('holds no secret', () => {
    expect(configOf(ofPool)).not.toMatch(/secret/i);
  });
});

it('a web ACL and a price class are those of the deployment', () => {
  const webAclArn = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/weir/0a1b2c3d';
  const live = byUserPool?.dashboard && { ...byUserPool, dashboard: { ...byUserPool.dashboard, webAclArn } };
  expect(only(synthesised({ live }), DISTRIBUTION)).toMatchObject({ DistributionConfig: { WebACLId: webAclArn } });
  expect(only(ofIssuer, DISTRIBUTION)).toMatchObject({ DistributionConfig: { PriceClass: 'PriceClass_200' } });
});

describe('the paths of the dashboard', () => {
  const answered = (uri: string) =>
    runInNewContext(`${DASHBOARD_PATHS}handler(event)`, { event: { request: { uri } } });

  it.each(['/', '/dashboard'])('%s leads to it', (uri) => {
    expect(answered(uri)).toMatchObject({ statusCode: 302, headers: { location: { value: '/dashboard/' } } });
  });

  it.each([
    ['/dashboard/', '/dashboard/index.html'],
    ['/dashboard/app.js', '/dashboard/app.js'],
    ['/other/', '/other/'],
  ])('%s is the file %s', (uri, file) => {
    expect(answered(uri)).toEqual({ uri: file });
  });
});
