/**
 * Stands in bundles for packages that the signer of MSK loads for uses that Weir has none of (profiles, other roles, its
 * debug mode) and that are as large as everything else together.
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
