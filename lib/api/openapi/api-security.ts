import { API_SCOPES } from '../../derive/api-scopes.ts';
import type { JsonSchema } from '../../derive/json-schema.ts';
import type { SecurityRequirements } from './openapi-types.ts';

/** The credentials that a server accepts, as the OpenAPI document describes them. */
export interface ApiSecurity {
  readonly schemes: Readonly<Record<string, JsonSchema>>;
  readonly reading: SecurityRequirements;
  /** The requirements for sending events to the stream, if they differ. */
  writing?(stream: string): SecurityRequirements;
  /** What clients need to know about answers that do not come from Weir. */
  readonly note?: string;
}

/** A laptop: the server's own token, which requests of the same machine need not have. */
export const serverToken: ApiSecurity = {
  schemes: {
    bearer: { type: 'http', scheme: 'bearer', description: 'The server’s token, if it requires one.' },
  },
  reading: [{ bearer: [] }, {}],
};

const NOTE =
  'API Gateway itself answers requests without a valid credential (401, 403) or beyond the rate (429, without `Retry-After`): ' +
  'the body is then `{"message"}`.';

/** In AWS, requests signed by IAM principals. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
export const signedRequests: ApiSecurity = {
  schemes: {
    iam: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: 'An AWS Signature Version 4 for the service `execute-api`.',
      'x-amazon-apigateway-authtype': 'awsSigv4',
    },
  },
  reading: [{ iam: [] }],
  note: NOTE,
};

/** In AWS, access tokens of an OpenID Connect issuer. @param issuer `https://issuer.example.com` */
export function issuedTokens(issuer: string): ApiSecurity {
  return {
    schemes: {
      issuer: {
        type: 'openIdConnect',
        openIdConnectUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        description: `An access token as \`Authorization: Bearer\`, with the scope \`${API_SCOPES.read}\`, \`${API_SCOPES.write}\`, or that of one stream.`,
      },
    },
    reading: [{ issuer: [API_SCOPES.read] }],
    writing: (stream) => [{ issuer: [API_SCOPES.write] }, { issuer: [API_SCOPES.writeTo(stream)] }],
    note: NOTE,
  };
}
