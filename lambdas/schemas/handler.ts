import { property, type ResourceAnswer, type ResourceRequest } from '../custom-resource.ts';

/** Where statements are run, and as whom. */
interface WarehousePlace {
  readonly workgroupName: string;
  readonly database: string;
  /** Of the administrator's password. */
  readonly secretArn: string;
}

export interface SchemasDeps {
  /** The secret with the administrator's password. @throws when the namespace has none. */
  readonly adminSecret: (namespaceName: string) => Promise<string>;
  /** Runs one statement to its end. @throws when it fails. */
  readonly run: (place: WarehousePlace, sql: string) => Promise<void>;
}

/**
 * Runs `Statements` (a JSON list, each of which may be run again) in the warehouse, in their order, as its administrator,
 * whose secret it tells as attribute `SecretArn`: who works with what is made is the same user, its owner. A removed resource leaves
 * everything as it is: external schemas hold no data, and views may read them.
 */
export function createHandler({
  adminSecret,
  run,
}: SchemasDeps): (request: ResourceRequest) => Promise<ResourceAnswer> {
  return async ({ type, properties, physicalId }) => {
    const workgroupName = property(properties, 'WorkgroupName');
    const database = property(properties, 'Database');
    const name = { physicalId: physicalId ?? `${workgroupName}/${database}` };
    if (type === 'Delete') return name;
    const secretArn = await adminSecret(property(properties, 'NamespaceName'));
    for (const sql of statementsIn(property(properties, 'Statements'))) {
      await run({ workgroupName, database, secretArn }, sql);
    }
    return { ...name, attributes: { SecretArn: secretArn } };
  };
}

function statementsIn(text: string): readonly string[] {
  const found: unknown = JSON.parse(text);
  if (Array.isArray(found) && found.every((one) => typeof one === 'string')) return found;
  throw new Error('Statements: expected a JSON list of texts, found something else');
}
