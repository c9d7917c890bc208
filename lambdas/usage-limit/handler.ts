import { NEVER_MADE, property, type ResourceAnswer, type ResourceRequest } from '../custom-resource.ts';

/** The daily limit of a warehouse, which has at most one. */
export interface UsageLimits {
  /** Returns its id, or undefined if there is none. */
  find(workgroupArn: string): Promise<string | undefined>;
  /** Returns its id, or undefined if a limit already exists: a request whose response was lost is retried. */
  create(workgroupArn: string, rpuHours: number): Promise<string | undefined>;
  update(id: string, rpuHours: number): Promise<void>;
  /** Succeeds if no limit has that id any more. */
  remove(id: string): Promise<void>;
}

/**
 * Keeps the daily limit of the warehouse `WorkgroupArn` at `DailyRpuHours`. An existing limit is adopted, so that the
 * request is idempotent.
 */
export function createHandler(limits: UsageLimits): (request: ResourceRequest) => Promise<ResourceAnswer> {
  return async ({ type, properties, physicalId }) => {
    if (type === 'Delete') {
      if (physicalId !== undefined && physicalId !== NEVER_MADE) await limits.remove(physicalId);
      return { physicalId: physicalId ?? NEVER_MADE };
    }
    const workgroupArn = property(properties, 'WorkgroupArn');
    const rpuHours = wholeNumber(property(properties, 'DailyRpuHours'));
    const found = await limits.find(workgroupArn);
    const made = found === undefined ? await limits.create(workgroupArn, rpuHours) : undefined;
    if (made !== undefined) return { physicalId: made };
    const existing = found ?? (await limits.find(workgroupArn));
    if (existing === undefined) {
      throw new Error(
        `${workgroupArn}: expected its daily usage limit, which is said to be there, found none; deploy again`,
      );
    }
    await limits.update(existing, rpuHours);
    return { physicalId: existing };
  };
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`DailyRpuHours: expected a whole number, found "${text}"`);
  return Number(text);
}
