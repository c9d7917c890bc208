import type { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { describe, expect, it } from 'vitest';
import { redshiftWarehouse } from '../../../lib/adapters/aws/redshift-warehouse.ts';
import { systemClock } from '../../../lib/adapters/system-clock.ts';
import { WarehouseUnavailableError } from '../../../lib/pipeline/ports.ts';

const ABORTED = { Status: 'ABORTED' };
const FAILED = {
  Id: 'id',
  Status: 'FAILED',
  Error: 'ERROR: Query reached usage limit',
  SubStatements: [ABORTED, ABORTED],
};

describe('a batch that Redshift refuses without a statement that failed', () => {
  it('is reported with its cause, and no statement is blamed', async () => {
    const client = { send: async () => FAILED } as unknown as RedshiftDataClient;
    const warehouse = redshiftWarehouse({ client, workgroup: 'w', database: 'd', clock: systemClock, attempt: 'a' });
    const statements = ['select 1', 'select 2'].map((sql) => ({ name: sql, sql, parameters: {} }));
    const error = await warehouse.run({ name: 'model', statements, reads: [] }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WarehouseUnavailableError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^model: failed as a whole, .*Query reached usage limit/),
    });
  });
});
