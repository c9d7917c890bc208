import { type ListObjectsV2CommandInput, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectStore } from '../../pipeline/ports.ts';
import { isKeyPrefix } from '../object-key.ts';
import { awsTrouble } from './aws-trouble.ts';
import { repeated } from './repeat.ts';

export interface Bucket {
  readonly client: S3Client;
  readonly bucket: string;
  /** Prefixed to every key, as a folder; by default, the whole bucket. */
  readonly prefix?: string;
}

/**
 * Lists the objects of a bucket, or of a prefix. Separate from `s3ObjectStore`, so that a function that only lists has
 * no code, and needs no permission, to read or write them.
 * @throws an error that names operation, bucket, prefix and the AWS error code, once retries are exhausted.
 */
export function s3ObjectLists(bucket: Bucket): Pick<ObjectStore, 'list' | 'listFolders'> {
  const place = placeOf(bucket);
  const { root } = place;
  return {
    async list(keyPrefix, after = '') {
      const startAfter = after === '' ? undefined : root + after;
      const listed = await listAll(place, keyPrefix, { StartAfter: startAfter });
      return listed.keys.map((key) => key.slice(root.length));
    },
    async listFolders(folder) {
      const start = root.length + folder.length;
      const listed = await listAll(place, folder, { Delimiter: '/' });
      return listed.folders.map((name) => name.slice(start, -1));
    },
  };
}

export interface Place {
  readonly client: S3Client;
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly root: string;
}

export function placeOf({ client, bucket, prefix = '' }: Bucket): Place {
  return { client, bucket, root: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}

export const urlOf = ({ bucket, root }: Place, key: string) => `s3://${bucket}/${root}${key}`;

interface Listed {
  readonly keys: string[];
  readonly folders: string[];
}

async function listAll(
  place: Place,
  prefix: string,
  options: { readonly StartAfter?: string; readonly Delimiter?: string },
): Promise<Listed> {
  if (!isKeyPrefix(prefix)) return { keys: [], folders: [] };
  const { client, bucket, root } = place;
  try {
    return await repeated(() => listPages(client, { Bucket: bucket, Prefix: root + prefix, ...options }));
  } catch (error) {
    throw awsTrouble('S3 ListObjectsV2', urlOf(place, prefix), error);
  }
}

async function listPages(client: S3Client, input: ListObjectsV2CommandInput): Promise<Listed> {
  const listed: Listed = { keys: [], folders: [] };
  for await (const page of paginateListObjectsV2({ client }, input)) {
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) listed.keys.push(Key);
    for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) listed.folders.push(Prefix);
  }
  return listed;
}
