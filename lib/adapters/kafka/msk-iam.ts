import { generateAuthTokenFromCredentialsProvider } from 'aws-msk-iam-sasl-signer-js';
import type { KafkaSecurity } from './kafka-security.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

interface MskIamOptions {
  readonly region: string;
  /** Called for each connection. */
  readonly credentials: () => Credentials;
}

/**
 * TLS and IAM. Tokens are signed locally, without a request.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html
 */
export function mskIam({ region, credentials }: MskIamOptions): KafkaSecurity {
  const awsCredentialsProvider = async () => credentials();
  return {
    ssl: true,
    sasl: {
      mechanism: 'oauthbearer',
      oauthBearerProvider: async () => {
        const { token } = await generateAuthTokenFromCredentialsProvider({ region, awsCredentialsProvider });
        return { value: token };
      },
    },
  };
}
