import type { KafkaConfig, SASLOptions } from 'kafkajs';

/** How a client authenticates to a cluster and encrypts the connection. */
export type KafkaSecurity = Pick<KafkaConfig, 'ssl' | 'sasl'>;

/** In PEM form. */
export interface TlsMaterial {
  /** The certificate of the CA that signed the brokers' certificates; by default, the system's CAs. */
  readonly ca?: string;
  /** The client's own certificate, if brokers require one. */
  readonly certificate?: string;
  readonly key?: string;
}

export type Login =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: 'aws-msk-iam'; readonly region: string };

/** @param tls null for unencrypted connections; @param login null for none */
export function kafkaSecurity(tls: TlsMaterial | null, login: Login | null): KafkaSecurity {
  const material = tls && { ca: tls.ca, cert: tls.certificate, key: tls.key };
  const given = Object.entries(material ?? {}).filter(([, value]) => value !== undefined);
  return {
    ...(tls && { ssl: given.length === 0 ? true : Object.fromEntries(given) }),
    ...(login && { sasl: sasl(login) }),
  };
}

function sasl(login: Login): SASLOptions {
  if (login.mechanism !== 'aws-msk-iam') return login;
  const { region } = login;
  return {
    mechanism: 'oauthbearer',
    oauthBearerProvider: async () => {
      // The signer loads half of the AWS SDK, so logins of other kinds do not load it.
      const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
      // Credentials are found as by every AWS tool: environment, profiles, the machine's role.
      return { value: (await generateAuthToken({ region })).token };
    },
  };
}
