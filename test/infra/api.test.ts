import { describe, expect, it } from 'vitest';
import { takingRoutes } from '../../lambdas/ingest/handler.ts';
import { readingRoutes } from '../../lambdas/read/handler.ts';
import { signedRequests } from '../../lib/api/openapi/api-security.ts';
import { servedApi } from '../../lib/local/server/served-api.ts';
import { askedMetrics } from '../../lib/pipeline/meter/asked-metrics.ts';
import { apiFindings } from '../support/api-findings.ts';
import { contracts, fixture, generators } from '../support/fixture-project.ts';
import { memoryLog } from '../support/memory-log.ts';
import { memoryMetricStore } from '../support/memory-metric-store.ts';
import {
  brokers,
  byUserPool,
  dev,
  ofType,
  only,
  prod,
  type Resource,
  synthesised,
  type Templates,
} from '../support/synthesised.ts';
import { testClock } from '../support/test-clock.ts';

const byIam = synthesised();
const byToken = synthesised({ ...prod });
const byPool = synthesised({ live: byUserPool });
const kinds = { 'by IAM': byIam, 'by tokens': byToken, 'by tokens of a user pool': byPool };

const routes = (templates: Templates) => [...ofType(templates, 'AWS::ApiGatewayV2::Route')];

/** Templates in which one resource has other properties. */
function withProperties(templates: Templates, id: string, change: object): Templates {
  const copy: Templates = structuredClone(templates);
  const resource = Object.values(copy).find((stack) => id in stack)?.[id];
  Object.assign(resource?.Properties ?? {}, change);
  return copy;
}

describe.each(Object.entries(kinds))('whoever calls the API comes with a credential, %s', (_, templates) => {
  it('on every route, and none is without limits', () => {
    expect(apiFindings(templates)).toEqual([]);
    expect(routes(templates).length).toBe(1 + 2 * 8);
  });

  it.each(routes(templates).map(([id]) => id))('%s, opened by hand, is found', (id) => {
    for (const change of [{ AuthorizationType: 'NONE' }, { AuthorizationType: undefined }]) {
      expect(apiFindings(withProperties(templates, id, change))).toContainEqual(
        expect.stringMatching(/expected a credential/),
      );
    }
  });

  it('a stage without limits, or a route that has none of its own, is found', () => {
    const [[id, stage] = ['', undefined]] = ofType(templates, 'AWS::ApiGatewayV2::Stage');
    const unlimited = withProperties(templates, id, { DefaultRouteSettings: {} });
    expect(apiFindings(unlimited)).toEqual(['$default: expected a rate, found none']);
    const settings = stage?.Properties?.RouteSettings as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(settings)) {
      const { [key]: _gone, ...others } = settings;
      expect(apiFindings(withProperties(templates, id, { RouteSettings: others }))).toEqual([
        `${key}: expected a rate, found none`,
      ]);
    }
  });
});

describe('tokens', () => {
  it('are of the issuer and for the audience that the deployment names', () => {
    expect(only(byToken, 'AWS::ApiGatewayV2::Authorizer')).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://issuer.example.com', Audience: ['weir'] },
    });
  });

  it('say whether they may read, write, or write to one stream', () => {
    const scopes = new Map(
      routes(byToken).map(([, { Properties }]) => [Properties?.RouteKey, Properties?.AuthorizationScopes]),
    );
    expect(scopes.get('$default')).toEqual(['weir/read']);
    expect(scopes.get('POST /events/shop.purchases')).toEqual(['weir/write', 'weir/write.shop.purchases']);
    expect(scopes.get('POST /api/events/shop.purchases')).toEqual(['weir/write', 'weir/write.shop.purchases']);
  });

  it('without a scope on a route are found: they would let every reader write', () => {
    for (const [id] of routes(byToken)) {
      expect(apiFindings(withProperties(byToken, id, { AuthorizationScopes: [] }))).toContainEqual(
        expect.stringMatching(/expected a scope/),
      );
    }
  });

  it('are those of the deployment’s own user pool, for its clients, if it has one', () => {
    const [pool = ''] = ofType(byPool, 'AWS::Cognito::UserPool').keys();
    const clients = [...ofType(byPool, 'AWS::Cognito::UserPoolClient').keys()];
    expect(clients.length).toBe(2);
    const issuer = { 'Fn::Join': ['', ['https://cognito-idp.us-east-1.amazonaws.com/', { Ref: pool }]] };
    expect(only(byPool, 'AWS::ApiGatewayV2::Authorizer')).toMatchObject({
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: issuer, Audience: clients.map((id) => ({ Ref: id })) },
    });
    const read = [...ofType(byPool, 'AWS::Lambda::Function').values()].find(
      ({ Properties }) => Properties?.Description === 'Answers the REST API',
    );
    expect(read?.Properties?.Environment).toMatchObject({ Variables: { API_AUTH: issuer } });
  });
});

describe('the API in AWS is that of a laptop', () => {
  const store = memoryMetricStore();
  const metrics = askedMetrics(contracts, { windowSeconds: 60 });
  const common = { contracts, metrics, routes: fixture.routes, topics: new Map(), report: () => undefined };
  const clock = testClock();
  // The dashboard's files are no part of the API, and no deployment serves them so far.
  const isApi = ({ path }: { readonly path: string }) => !path.startsWith('/dashboard');
  const laptop = servedApi({
    project: { contracts, generators, routes: fixture.routes },
    settings: { topics: new Map() },
    log: memoryLog(clock),
    clock,
    pipeline: { live: { metrics, store }, status: async () => [] },
    troubles: () => [],
    report: () => undefined,
  }).filter(isApi);
  const inAws = {
    Read: readingRoutes({ ...common, store, version: '1.2.3', examples: () => [], security: signedRequests }),
    Ingest: takingRoutes({ ...common, ingesters: new Map() }),
  };
  const templates = synthesised({}, contracts);
  const keys = new Map(
    Object.values(templates.api)
      .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
      .map(({ Properties = {} }) => [String(Properties.RouteKey), JSON.stringify(Properties.Target)]),
  );
  /** As API Gateway selects it: the exact route, or the one for everything else. */
  const functionOf = (method: string, path: string) =>
    (keys.get(`${method} ${path}`) ?? keys.get('$default') ?? '').includes('IngestIntegration') ? 'Ingest' : 'Read';

  it.each(['', '/api'])('%s: each route leads to the function that serves it', (base) => {
    for (const { method, path, takes } of laptop) {
      const found = functionOf(method, `${base}${path}`);
      expect(found, path).toBe(takes === undefined ? 'Read' : 'Ingest');
      expect(inAws[found].map((route) => `${route.method} ${route.path}`)).toContain(`${method} ${path}`);
    }
  });

  it('no route is there that a laptop does not have', () => {
    const known = new Set(laptop.map(({ method, path }) => `${method} ${path}`));
    for (const { method, path } of Object.values(inAws).flat()) expect(known).toContain(`${method} ${path}`);
    for (const key of keys.keys()) expect([...known, '$default']).toContain(key.replace(' /api/', ' /'));
  });
});

describe('the store of live metrics', () => {
  const cache = (templates: Templates) => only(templates, 'AWS::ElastiCache::ServerlessCache');

  it('takes those who come by IAM only, each with the commands of its function', () => {
    expect(cache(byIam)).toMatchObject({ Engine: 'valkey', ConnectionType: 'public', UserGroupId: expect.anything() });
    const users = [...ofType(byIam, 'AWS::ElastiCache::User').values()].map(({ Properties = {} }) => Properties);
    for (const user of users) {
      expect(user).toMatchObject({ AuthenticationMode: { Type: 'iam' }, Engine: 'valkey', UserId: user.UserName });
      expect(user.AccessString).toMatch(/^on ~weir:\* -@all \+/);
    }
    const [meter, read] = ['weir-dev-meter', 'weir-dev-read'].map((name) =>
      String(users.find(({ UserId }) => UserId === name)?.AccessString),
    );
    for (const command of ['+set ', '+hset ', '+zadd ', '+del ']) {
      expect(`${meter} `).toContain(command);
      expect(`${read} `).not.toContain(command);
    }
  });

  it('holds and works no more than the deployment says', () => {
    const live = dev.live === null ? null : { ...dev.live, maxStoreGigabytes: 3, maxStoreUnitsPerSecond: 1234 };
    expect(cache(synthesised({ live }))).toMatchObject({
      CacheUsageLimits: { DataStorage: { Maximum: 3, Unit: 'GB' }, ECPUPerSecond: { Maximum: 1234 } },
    });
  });
});

it('a deployment without live metrics has neither store, API nor meter', () => {
  const templates = synthesised({ live: null, broker: brokers.standard });
  expect(templates.api).toEqual({});
  expect(templates.store).toEqual({});
  const mappings = Object.entries<Resource>(templates.processing).filter(([id]) => id.startsWith('Meter'));
  expect(mappings).toEqual([]);
});
