/** The options of all AWS clients: a silent connection is abandoned, and the request retried. */
export const clientDefaults = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
} as const;
