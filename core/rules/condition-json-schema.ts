const CONDITION = { $ref: '#/components/schemas/Condition' };

/** How a condition looks, for the OpenAPI document. What it means is checked by check-condition.ts. */
export const CONDITION_JSON_SCHEMA = {
  description:
    'A comparison `{field, operator, value}`, or conditions joined: `{any: […]}`, `{all: […]}`, `{not: {…}}`.',
  oneOf: [
    {
      type: 'object',
      properties: {
        field: { type: 'string' },
        operator: { type: 'string' },
        value: {
          oneOf: [
            { type: 'string' },
            { type: 'number' },
            { type: 'boolean' },
            { type: 'array', items: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
          ],
        },
      },
      required: ['field', 'operator'],
      additionalProperties: false,
    },
    joined('any', { type: 'array', items: CONDITION, minItems: 1 }),
    joined('all', { type: 'array', items: CONDITION, minItems: 1 }),
    joined('not', CONDITION),
  ],
};

function joined(name: string, schema: Record<string, unknown>): Record<string, unknown> {
  return {
    type: 'object',
    properties: { [name]: schema },
    required: [name],
    additionalProperties: false,
  };
}
