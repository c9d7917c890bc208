import { synthesise } from '@weir-lakehouse/weir/cdk';

await synthesise();
