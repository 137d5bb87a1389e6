import type { paths } from '../../../client/index.ts';

type ReportOperation = paths['/api/v1/analytics/report']['post'];
export type ReportBody = NonNullable<
  NonNullable<ReportOperation['requestBody']>['content']['application/json']
>;
export type Report = ReportOperation['responses'][200]['content']['application/json'];
export type Row = Report['rows'][number];
export type Filter = NonNullable<ReportBody['filters']>[number];
export type Metric = NonNullable<ReportBody['metrics']>[number];
