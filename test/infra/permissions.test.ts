import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  actionsOfBundle,
  actionsSentBy,
  allowedActions,
  functionFindings,
  functions,
  packagesOfBundle,
} from '../support/function-findings.ts';
import { byUserPool, ofType, synthesised, type Templates } from '../support/synthesised.ts';

// Every function is deployed.
const templates = synthesised({ live: byUserPool });
const names = Object.keys(functions);
const codeActions = new Map(names.map((name) => [name, actionsOfBundle(name)]));

const findings = (found: Templates) =>
  names.flatMap((name) => functionFindings(found, name, codeActions.get(name) ?? []));

describe('each function may do what its code does, and nothing more', () => {
  it('is checked for every function that is deployed', () => {
    expect(ofType(templates, 'AWS::Lambda::Function').size).toBe(names.length);
  });

  it.each(names)('%s', (name) => {
    expect(functionFindings(templates, name, codeActions.get(name) ?? [])).toEqual([]);
  });

  it('the sink’s is found in its adapters', () => {
    expect(codeActions.get('sink')).toEqual(
      expect.arrayContaining(['s3:PutObject', 's3:ListBucket', 'glue:CreatePartition']),
    );
  });

  it('the transform’s only reads the lake, and has no DuckDB', () => {
    const actions = codeActions.get('transform') ?? [];
    expect([...new Set(actions)].sort()).toEqual([
      'glue:GetPartition',
      'glue:GetPartitions',
      'redshift-data:BatchExecuteStatement',
      'redshift-data:CancelStatement',
      'redshift-data:DescribeStatement',
      'redshift-data:ExecuteStatement',
      'redshift-data:GetStatementResult',
      's3:GetObject',
      's3:ListBucket',
    ]);
    expect(packagesOfBundle('transform').filter((name) => name.startsWith('@duckdb/'))).toEqual([]);
    expect(packagesOfBundle('sink')).toContain('@duckdb/node-api');
  });

  it('commands are found whichever way they are imported', () => {
    const source =
      "import {\n  type S3Client,\n  PutObjectCommand,\n  type PutObjectCommandInput,\n  paginateListObjectsV2,\n} from '@aws-sdk/client-s3';";
    expect(actionsSentBy(source)).toEqual(['s3:PutObject', 's3:ListBucket']);
  });
});

describe('a function that lacks something is found', () => {
  const functionIds = [...ofType(templates, 'AWS::Lambda::Function').keys()];

  it('any one permission that is taken away', () => {
    let planted = 0;
    for (const [id, role] of ofType(templates, 'AWS::IAM::Role')) {
      if (!JSON.stringify(role.Properties?.AssumeRolePolicyDocument).includes('lambda.amazonaws.com')) continue;
      for (const action of allowedActions(role)) {
        expect(findings(without(templates, id, action)), `${id} without ${action}`).toContainEqual(
          expect.stringContaining(`lacks ${action}`),
        );
        planted += 1;
      }
    }
    expect(planted).toBeGreaterThan(30);
  });

  it('any one variable that is taken away', () => {
    for (const id of functionIds) {
      const copy: Templates = structuredClone(templates);
      const properties = Object.values(copy).find((stack) => id in stack)?.[id]?.Properties;
      const variables =
        (properties?.Environment as { Variables: Record<string, unknown> } | undefined)?.Variables ?? {};
      for (const name of Object.keys(variables)) {
        const value = variables[name];
        delete variables[name];
        expect(findings(copy)).toContainEqual(expect.stringContaining(`lacks the variable ${name}`));
        variables[name] = value;
      }
    }
  });

  it('a permission that nobody needs', () => {
    const text = JSON.stringify(templates).replace('"s3:PutObject"]', '"s3:PutObject","s3:DeleteObject"]');
    expect(findings(JSON.parse(text))).toEqual(['sink: its role need not have s3:DeleteObject']);
  });
});

describe('what has a name is named', () => {
  it('only network interfaces, usage limits and statements, which have none before they are made, are any', () => {
    const statements = [...ofType(templates, 'AWS::IAM::Role').values()].flatMap(
      ({ Properties }) =>
        (
          Properties?.Policies as readonly {
            PolicyDocument: { Statement: readonly { Resource: unknown; Sid?: string }[] };
          }[]
        )?.flatMap(({ PolicyDocument }) => PolicyDocument.Statement) ?? [],
    );
    const any = statements.filter(({ Resource }) => Resource === '*').map(({ Sid }) => Sid);
    expect([...new Set(any)].sort()).toEqual(['Interfaces', 'Limits', 'OwnStatements']);
    const partly = statements.filter(({ Resource }) => Resource !== '*' && JSON.stringify(Resource).includes('*'));
    expect(partly.map(({ Sid }) => Sid)).toEqual(['Objects', 'Objects', 'Objects', 'Objects', 'Files']);
  });

  it('every function in lambdas/ that is deployed is checked', () => {
    const folder = new URL('../../lambdas/', import.meta.url);
    const deployed = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .filter((name) => readdirSync(new URL(`${name}/`, folder)).includes('index.ts'));
    expect(deployed.sort()).toEqual([...names].sort());
  });
});

function without(found: Templates, roleId: string, action: string): Templates {
  const copy: Templates = structuredClone(found);
  const role = Object.values(copy).find((stack) => roleId in stack)?.[roleId];
  const text = JSON.stringify(role?.Properties?.Policies).replaceAll(`"${action}"`, '"none:None"');
  if (role?.Properties !== undefined) role.Properties.Policies = JSON.parse(text);
  return copy;
}
