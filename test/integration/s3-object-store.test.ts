import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { s3ObjectFiles } from '../../lib/adapters/aws/s3-object-files.ts';
import { s3ObjectStore } from '../../lib/adapters/aws/s3-object-store.ts';
import { duckdbPartWriter } from '../../lib/adapters/duckdb/part-writer.ts';
import { objectFilesSuite } from '../conformance/object-files.suite.ts';
import { objectStoreSuite } from '../conformance/object-store.suite.ts';
import { partWriterSuite } from '../conformance/part-writer.suite.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { s3Server } from '../support/servers/versitygw.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

await describeWithServer(s3Server, (s3) => {
  const openAt = (prefix: string | undefined) => async () => {
    const { bucket, client } = s3();
    const clients = [client(), client()] as const;
    return {
      store: s3ObjectStore({ client: clients[0], bucket, prefix }),
      another: s3ObjectStore({ client: clients[1], bucket, prefix }),
      keepsMetadata: true,
      close: async () => {
        for (const each of clients) each.destroy();
      },
    };
  };

  describe('a prefix of an S3 bucket as an object store', () => objectStoreSuite(openAt('some/lake')));

  describe('a prefix of an S3 bucket as files, and what deletes them', () =>
    objectFilesSuite(async () => {
      const folder = await temporaryFolder();
      const bucket = { client: s3().client(), bucket: s3().bucket, prefix: 'files/lake' };
      return {
        store: { ...s3ObjectStore(bucket), ...s3ObjectFiles(bucket, join(folder.path, 'fetched')) },
        keepsMetadata: true,
        async close() {
          bucket.client.destroy();
          await folder.remove();
        },
      };
    }));

  describe('parts by DuckDB, in an S3 bucket', () =>
    partWriterSuite(async () => {
      const folder = await temporaryFolder();
      const bucket = { client: s3().client(), bucket: s3().bucket, prefix: 'parts/lake' };
      const dir = join(folder.path, 'parts');
      const store = { ...s3ObjectStore(bucket), ...s3ObjectFiles(bucket, join(dir, 'fetched')) };
      return {
        store,
        parts: duckdbPartWriter({ store, dir, memoryMegabytes: 128 }),
        isClean: async () => !existsSync(join(dir, 'fetched')) || (await readdir(dir)).join() === 'fetched',
        async close() {
          bucket.client.destroy();
          await folder.remove();
        },
      };
    }));

  describe('an S3 bucket as an object store', () => {
    it('holds the same keys under a prefix as without one', async () => {
      const { bucket, client } = s3();
      const [whole, below] = [undefined, 'below/'].map((prefix) => s3ObjectStore({ client: client(), bucket, prefix }));
      await below?.putIfAbsent('t/hour=05/a.parquet', new Uint8Array([1]), {});
      expect(await below?.list('t/')).toEqual(['t/hour=05/a.parquet']);
      expect(await whole?.list('below/')).toEqual(['below/t/hour=05/a.parquet']);
      expect(await whole?.listFolders('below/t/')).toEqual(['hour=05']);
      expect(await below?.listFolders('')).toEqual(['t']);
    });

    it('names the operation, the object, the code and what to do when there is no such bucket', async () => {
      const store = s3ObjectStore({ client: s3().client(), bucket: 'no-such-bucket' });
      const put = store.putIfAbsent('t/a', new Uint8Array(), {});
      await expect(put).rejects.toThrow(
        /^S3 PutObject of s3:\/\/no-such-bucket\/t\/a failed \(NoSuchBucket, HTTP 404\): .*; create the bucket/,
      );
      await expect(store.readTail('t/a', 1)).rejects.toThrow(/^S3 GetObject of .*NoSuchBucket/);
      await expect(store.list('t/')).rejects.toThrow(/^S3 ListObjectsV2 of .*NoSuchBucket/);
    });
  });
});
