/**
 * Replaces, in bundles, the SDK's credential providers for files, containers, SSO and instances: Lambda sets
 * credentials in the environment. This saves a fifth of a bundle, and of its compile time.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
