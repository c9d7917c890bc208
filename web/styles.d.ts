/** esbuild bundles styles; to TypeScript they are nothing. */
declare module '*.css';
