import type { DuckDBConnection } from '@duckdb/node-api';
import { WarehouseUnavailableError } from '../../pipeline/ports.ts';
import { systemClock } from '../system-clock.ts';

/** A model run holds the file for a few seconds. */
const WAIT_MS = 30_000;
const RETRY_MS = 100;

/**
 * Attaches a warehouse's file to a connection as the read-only database `warehouse`: nothing is written to the file or
 * next to it, so a read-only folder is enough. Waits for a run of the models to end, and a run waits until the
 * connection is closed.
 * @throws WarehouseUnavailableError naming the file if it stays locked; an error naming it if it cannot be read.
 */
export async function attachWarehouse(connection: DuckDBConnection, file: string): Promise<void> {
  const deadline = systemClock.now() + WAIT_MS;
  for (;;) {
    try {
      await connection.run(`attach '${file.replaceAll("'", "''")}' as warehouse (read_only)`);
      return;
    } catch (cause) {
      const message = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0] ?? '';
      if (!/lock/i.test(message)) {
        throw new Error(`${file}: expected to open the warehouse for reading, found: ${message}`, { cause });
      }
      if (systemClock.now() >= deadline) {
        throw new WarehouseUnavailableError(
          `${file}: locked by another process for ${WAIT_MS} ms; wait for its run to end, or stop it (${message})`,
          { cause },
        );
      }
      await systemClock.sleep(RETRY_MS);
    }
  }
}
