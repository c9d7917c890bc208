import { synthesise } from '../lib/app/synthesise.ts';

await synthesise();
