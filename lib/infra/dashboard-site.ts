import { createHash } from 'node:crypto';
import { CfnOutput, CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  type IOrigin,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { PublishEnv } from '../../lambdas/publish/env.ts';
import type { DashboardConfig, SignInConfig } from '../derive/dashboard-config.ts';
import { dashboardPolicy } from '../derive/dashboard-policy.ts';
import { acknowledge } from './acknowledge.ts';
import { DASHBOARD_PATHS } from './dashboard-paths.ts';
import type { DeployedProject } from './deployed-project.ts';
import type { Dashboard } from './deployment.ts';
import { deploymentName } from './naming.ts';
import { privateBucket } from './private-bucket.ts';
import { WeirFunction } from './weir-function.ts';
import type { WeirStack } from './weir-stack.ts';

interface DashboardSiteProps {
  readonly settings: Dashboard;
  /** The API's host: `abc123.execute-api.eu-west-1.amazonaws.com`. */
  readonly apiHost: string;
  /** The origin that answers requests for tokens. */
  readonly issuerOrigin: string;
}

const PRICE_CLASSES = {
  100: PriceClass.PRICE_CLASS_100,
  200: PriceClass.PRICE_CLASS_200,
  all: PriceClass.PRICE_CLASS_ALL,
} as const satisfies Record<Dashboard['priceClass'], PriceClass>;

/** The folder of the files in the bucket, and their path. */
const FOLDER = 'dashboard';

/** The pages whose routes the API has in AWS. */
const PAGES = ['now'];

/** Statuses that CloudFront would otherwise repeat for ten seconds, even to those who have signed in since. */
const ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** The maximum that the API's own `cache-control` asks for: each person's screens share an answer for a second. */
const MAX_SHARED = Duration.seconds(1);

/**
 * The dashboard's files in a private bucket behind CloudFront, which also forwards `/api` and `/events` to the API, so
 * that browsers see one origin. CloudFront checks no credential: the files contain no data, and the API requires one.
 */
export class DashboardSite extends Construct {
  /** `https://d111111abcdef8.cloudfront.net` */
  readonly url: string;

  private readonly stack: WeirStack;
  private readonly bucket: Bucket;

  constructor(stack: WeirStack, props: DashboardSiteProps) {
    super(stack, 'Dashboard');
    this.stack = stack;
    this.bucket = this.addBucket();
    const { distributionDomainName } = this.addDistribution(props);
    this.url = `https://${distributionDomainName}`;
    new CfnOutput(stack, 'DashboardUrl', { value: `${this.url}/${FOLDER}/`, description: 'Where the dashboard is' });
  }

  /** Writes the files, and the configuration of a client that signs in at this site. */
  publish(signIn: SignInConfig, files: DeployedProject['dashboard']): void {
    const environment: PublishEnv = {};
    const publishing = new WeirFunction(this, 'Publish', {
      deployment: this.stack.deployment,
      lambda: 'publish',
      description: 'Writes the files of the dashboard',
      environment,
      beside: { 'files.json': files },
      // A dozen requests at deployment: the minimum with which Node starts quickly.
      memoryMegabytes: 256,
      timeout: Duration.minutes(1),
      statements: [
        new PolicyStatement({
          sid: 'Files',
          actions: ['s3:DeleteObject', 's3:PutObject'],
          resources: [this.bucket.arnForObjects(`${FOLDER}/*`)],
        }),
        new PolicyStatement({ sid: 'ListFiles', actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
      ],
    });
    const bucketArn: Readonly<Record<'Fn::GetAtt', readonly string[]>> = this.stack.resolve(this.bucket.bucketArn);
    acknowledge(
      publishing.role,
      `IAM5[Resource::<${bucketArn['Fn::GetAtt'].join('.')}>/${FOLDER}/*]`,
      'It writes and removes the files of the dashboard, whose names come with each version, and nothing else is in the bucket.',
    );
    const config: DashboardConfig = { signIn, pages: PAGES };
    const published = new CustomResource(this, 'Files', {
      resourceType: 'Custom::WeirDashboard',
      serviceToken: publishing.fn.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: {
        Bucket: this.bucket.bucketName,
        Config: this.stack.toJsonString(config),
        // Other files are published by another request.
        Files: createHash('sha256').update(JSON.stringify(files)).digest('hex'),
      },
    });
    published.node.addDependency(publishing);
  }

  private addBucket(): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      ...privateBucket,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // It holds what each deployment writes again.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(bucket, 'S1', 'The files are the same for everybody and contain no data; only CloudFront reads them.');
    return bucket;
  }

  private addDistribution({ settings, apiHost, issuerOrigin }: DashboardSiteProps): Distribution {
    const { deployment } = this.stack;
    const { webAclArn, priceClass } = settings;
    const api = this.apiBehavior(new HttpOrigin(apiHost));
    const distribution = new Distribution(this, 'Distribution', {
      comment: `${deploymentName(deployment)}: dashboard`,
      priceClass: PRICE_CLASSES[priceClass],
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(webAclArn !== null && { webAclId: webAclArn }),
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.headers(issuerOrigin),
        functionAssociations: [{ function: this.paths(), eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      additionalBehaviors: { '/api/*': api, '/events/*': api },
      errorResponses: ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    });
    acknowledge(distribution, 'CFR1', 'People may travel: the API admits whoever has signed in, from any country.');
    if (webAclArn === null) {
      acknowledge(
        distribution,
        'CFR2',
        'live.dashboard.webAclArn names one; the API limits rates and admits nobody unknown.',
      );
    }
    acknowledge(distribution, 'CFR3', 'The API logs each request for data; requests for the files say nothing.');
    acknowledge(
      distribution,
      'CFR4',
      'The certificate is that of cloudfront.net, for which CloudFront accepts older TLS as well; browsers do not ask for it.',
    );
    return distribution;
  }

  /** Answers are shared by requests with the same credential only. */
  private apiBehavior(origin: IOrigin) {
    const cachePolicy = new CachePolicy(this, 'PerCredential', {
      comment: `${deploymentName(this.stack.deployment)}: answers of the API, by credential`,
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: MAX_SHARED,
      headerBehavior: CacheHeaderBehavior.allowList('Authorization'),
      queryStringBehavior: CacheQueryStringBehavior.all(),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
    return {
      origin,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy,
      // API Gateway answers only to its own name.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
    };
  }

  private headers(issuerOrigin: string): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'Headers', {
      comment: `${deploymentName(this.stack.deployment)}: dashboard`,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: dashboardPolicy([issuerOrigin]), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
      },
    });
  }

  private paths(): EdgeFunction {
    return new EdgeFunction(this, 'Paths', {
      comment: `${deploymentName(this.stack.deployment)}: paths of the dashboard`,
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(DASHBOARD_PATHS),
    });
  }
}
