import { GetNamespaceCommand, type RedshiftServerlessClient } from '@aws-sdk/client-redshift-serverless';
import { awsTrouble } from './aws-trouble.ts';

/**
 * The ARN of the secret in which Redshift Serverless keeps a namespace's administrator password. @throws if there is
 * none
 */
export function redshiftAdminSecret(client: RedshiftServerlessClient): (namespaceName: string) => Promise<string> {
  return async (namespaceName) => {
    try {
      const { namespace } = await client.send(new GetNamespaceCommand({ namespaceName }));
      if (namespace?.adminPasswordSecretArn !== undefined) return namespace.adminPasswordSecretArn;
      throw new Error('expected a password that Secrets Manager keeps, found none');
    } catch (error) {
      throw awsTrouble('Redshift Serverless GetNamespace', namespaceName, error);
    }
  };
}
