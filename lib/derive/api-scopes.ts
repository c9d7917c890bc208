/** The OAuth scopes of the REST API in AWS: for reading, and for sending events to any stream or to one. */
export const API_SCOPES = {
  read: 'weir/read',
  write: 'weir/write',
  writeTo: (stream: string) => `weir/write.${stream}`,
} as const;
