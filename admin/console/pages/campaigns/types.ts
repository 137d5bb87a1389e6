import type { components, paths } from '../../../client/index.ts';

type Json<Answer> = Answer extends { content: { 'application/json': infer Body } } ? Body : never;

/** A campaign as the API has it. */
export type Campaign = Json<paths['/api/v1/campaigns/{id}']['get']['responses'][200]>;
/** A campaign of a list, without its rules. */
export type CampaignSummary = Json<
  paths['/api/v1/campaigns']['get']['responses'][200]
>['campaigns'][number];
export type CampaignBody = Json<paths['/api/v1/campaigns']['post']['requestBody']>;
export type CampaignPatch = Json<paths['/api/v1/campaigns/{id}']['patch']['requestBody']>;

export type RuleBody = NonNullable<CampaignBody['rules']>[number];
export type ActionBody = RuleBody['action'];
export type DefaultActionBody = NonNullable<CampaignBody['default_action']>;
export type CapsBody = NonNullable<RuleBody['caps']>;
export type ConditionBody = components['schemas']['Condition'];
export type ConditionValue = Extract<ConditionBody, { field: string }>['value'];

/** What rules can be made of. */
export type RuleSchema = Json<paths['/api/v1/campaigns/rule-schema']['get']['responses'][200]>;
export type FieldSchema = RuleSchema['fields'][number];
export type OperatorSchema = RuleSchema['operators'][number];

export type Sample = Json<paths['/api/v1/campaigns/{id}/test']['post']['requestBody']>;
export type Outcome = Json<paths['/api/v1/campaigns/{id}/test']['post']['responses'][200]>;

export type Run = Json<
  paths['/api/v1/campaigns/{id}/retroactive/runs/{run}']['get']['responses'][200]
>;
export type Preview = Json<
  paths['/api/v1/campaigns/{id}/retroactive/preview']['post']['responses'][200]
>;
