import { property, type ResourceAnswer, type ResourceRequest } from '../custom-resource.ts';

/** A file of the dashboard. */
export interface PublishedFile {
  readonly body: string;
  /** Its media type. */
  readonly type: string;
}

/** The bucket's objects below a folder. */
export interface SiteFolder {
  put(name: string, file: PublishedFile): Promise<void>;
  list(): Promise<readonly string[]>;
  /** Succeeds if the file is missing. */
  remove(name: string): Promise<void>;
}

export interface PublishDeps {
  /** The dashboard's files by name, which are part of the function. */
  readonly files: Readonly<Record<string, PublishedFile>>;
  folder(bucket: string): SiteFolder;
}

/** Browsers load it first, so it is written when everything it refers to is there. */
const ENTRANCE = 'index.html';
const CONFIG = 'config.json';

/**
 * Keeps the dashboard's files, and its `Config`, in the bucket `Bucket`: writes them all, then removes the files of
 * earlier versions. Removes all of them with the resource, so that the bucket can be deleted.
 */
export function createHandler({ files, folder }: PublishDeps): (request: ResourceRequest) => Promise<ResourceAnswer> {
  return async ({ type, properties }) => {
    const bucket = property(properties, 'Bucket');
    const site = folder(bucket);
    const wanted = type === 'Delete' ? {} : withConfig(files, property(properties, 'Config'));
    const names = Object.keys(wanted).sort((left, right) => Number(left === ENTRANCE) - Number(right === ENTRANCE));
    for (const name of names) await site.put(name, wanted[name] as PublishedFile);
    for (const name of await site.list()) if (!(name in wanted)) await site.remove(name);
    return { physicalId: bucket };
  };
}

function withConfig(files: PublishDeps['files'], config: string): PublishDeps['files'] {
  return { ...files, [CONFIG]: { body: config, type: 'application/json' } };
}
