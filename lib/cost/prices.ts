/**
 * The price list: dollars in us-east-1, without free tiers and discounts. The only place where a price is stated;
 * change the date with the prices. The AWS price list API was not available. The price of poller units is from the
 * Lambda developer guide (kafka-scaling-modes); those of MSK, CloudWatch, endpoints and Cognito's programs are what several published
 * accounts of 2025 and 2026 agree on; the rest are from memory of the service pages. Check them before you rely on
 * them.
 * @see https://aws.amazon.com/pricing/
 */
export const prices = {
  asOf: '2026-11-25',
  region: 'us-east-1',
  mskServerless: {
    clusterHour: 0.75,
    partitionHour: 0.0015,
    inGigabyte: 0.1,
    outGigabyte: 0.05,
    storedGigabyteMonth: 0.1,
  },
  mskExpress: { inGigabyte: 0.01, storedGigabyteMonth: 0.1 },
  mskStandard: { storedGigabyteMonth: 0.1 },
  /** A broker for an hour, by instance type. */
  brokerHour: {
    'express.m7g.large': 0.408,
    'kafka.m7g.large': 0.204,
    'kafka.m5.large': 0.21,
  } as Readonly<Record<string, number>>,
  pollerUnitHour: 0.185,
  lambda: { gigabyteSecond: 0.0000133334, million: 0.2 },
  s3: { gigabyteMonth: 0.023, thousandPuts: 0.005, thousandGets: 0.0004 },
  glue: { millionRequests: 1, hundredThousandObjects: 1 },
  athena: { terabyteScanned: 5 },
  redshift: { rpuHour: 0.375, gigabyteMonth: 0.024 },
  secretMonth: 0.4,
  /** ElastiCache Serverless for Valkey. */
  valkey: { gigabyteHour: 0.084, millionUnits: 0.0023 },
  httpApi: { million: 1 },
  /** North America and Europe. */
  cloudFront: { millionRequests: 1, gigabyteOut: 0.085 },
  /** The Essentials tier; the first 10,000 people are free of charge. */
  cognito: { activePersonMonth: 0.015, programClientMonth: 6, thousandProgramTokens: 2.25 },
  scheduler: { million: 1 },
  interfaceEndpointHour: 0.01,
  interfaceEndpointGigabyte: 0.01,
  cloudwatch: { metricMonth: 0.3, alarmMonth: 0.1, logGigabyte: 0.5, dashboardMonth: 3 },
} as const;
