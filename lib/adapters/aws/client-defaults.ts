/** What the clients of all AWS adapters are made with: a silent connection is given up, and the request repeated. */
export const clientDefaults = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
} as const;
