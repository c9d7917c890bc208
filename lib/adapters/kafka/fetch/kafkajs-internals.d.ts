/** The only internal of kafkajs 2.2.4 that is replaced; see `install-fetch.ts`. Its own types do not include it. */
declare module 'kafkajs/src/protocol/requests/fetch/index.js' {
  interface Request {
    readonly response: { readonly decode: (payload: Buffer) => Promise<unknown> };
  }
  const fetch: { protocol: (choice: { readonly version: number }) => (options: object) => Request };
  export default fetch;
}
