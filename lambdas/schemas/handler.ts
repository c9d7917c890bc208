import type { SetUpStatement } from '../../lib/derive/warehouse-set-up.ts';
import type { WarehouseRow } from '../../lib/pipeline/ports.ts';
import { property, type ResourceAnswer, type ResourceRequest } from '../custom-resource.ts';

/** The workgroup and credentials for running statements. */
interface WarehousePlace {
  readonly workgroupName: string;
  readonly database: string;
  /** The secret with the administrator's password. */
  readonly secretArn: string;
}

export interface SchemasDeps {
  /** Returns the secret with the administrator's password. @throws if the namespace has none. */
  readonly adminSecret: (namespaceName: string) => Promise<string>;
  /** Runs one statement until it completes. @returns its rows. @throws if it fails. */
  readonly run: (place: WarehousePlace, sql: string) => Promise<readonly WarehouseRow[]>;
}

/**
 * Runs `Statements` (a JSON list of `SetUpStatement`s) in the warehouse, in order, as its administrator. Removing the
 * resource leaves everything as it is: external schemas hold no data, and views may read them.
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
    const place = { workgroupName, database, secretArn };
    for (const { sql, unless } of statementsIn(property(properties, 'Statements'))) {
      const isThere = unless !== undefined && (await run(place, unless)).length > 0;
      if (!isThere) await run(place, sql);
    }
    return name;
  };
}

function statementsIn(text: string): readonly SetUpStatement[] {
  const found: unknown = JSON.parse(text);
  if (Array.isArray(found) && found.every((one) => typeof one?.sql === 'string')) return found;
  throw new Error('Statements: expected a JSON list of { sql, unless }, found something else');
}
