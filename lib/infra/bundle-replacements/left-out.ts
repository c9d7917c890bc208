/**
 * Replaces, in bundles, packages that the MSK signer loads for features that Weir does not use (profiles, other roles,
 * its debug mode) and that are as large as all other code together.
 */
function leftOut(): never {
  throw new Error('left out of this bundle: only credentials of the function itself are used; see lib/infra/bundle.ts');
}

export {
  leftOut as fromIni,
  leftOut as fromNodeProviderChain,
  leftOut as fromTemporaryCredentials,
  leftOut as GetCallerIdentityCommand,
  leftOut as STSClient,
};
