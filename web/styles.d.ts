/** esbuild bundles styles; TypeScript sees empty modules. */
declare module '*.css';
