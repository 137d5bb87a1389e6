import { Button, Card, Collapse, Group, SimpleGrid, Stack, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { formatCount, formatMoney } from '../../parts/format.ts';
import { useMay, useSession } from '../../shell/session.ts';
import { Amount } from './amount.tsx';
import { CampaignDialog } from './campaign-dialog.tsx';
import type { Campaign } from './campaigns.ts';
import { Characteristics } from './characteristics.tsx';
import { Conditions } from './conditions.tsx';
import { Confidence } from './confidence.tsx';
import classes from './discover.module.css';
import type { Pattern } from './search.ts';

/**
 * One group: what it has in common, how large and how sure it is, and the way to its campaign.
 *
 * @param isEstimate the figures come from a part of the traffic
 */
export function PatternCard({
  pattern,
  made,
  isEstimate,
}: {
  pattern: Pattern;
  made: Campaign | undefined;
  isEstimate: boolean;
}) {
  const { sample_size, characteristics, confidence, suggested_campaign } = pattern;
  const { name, estimated_conversions, estimated_value, rules } = suggested_campaign;
  const { currency } = useSession().organization;
  const about = isEstimate ? '≈ ' : '';
  return (
    <Card component="article" aria-label={name} className={classes.card}>
      <Stack gap="md" flex={1}>
        <Title order={2} size="h4">
          {name}
        </Title>
        <SimpleGrid cols={3} spacing="xs">
          <Amount label="Clicks" value={about + formatCount(sample_size)} />
          <Amount label="Conversions" value={about + formatCount(estimated_conversions)} />
          <Amount label="Value" value={about + formatMoney(estimated_value, currency)} />
        </SimpleGrid>
        <Characteristics of={characteristics} />
        <Confidence value={confidence} />
        <Actions pattern={pattern} made={made} rules={rules} />
      </Stack>
    </Card>
  );
}

function Actions({
  pattern: { suggested_campaign },
  made,
  rules,
}: {
  pattern: Pattern;
  made: Campaign | undefined;
  rules: Pattern['suggested_campaign']['rules'];
}) {
  const mayWrite = useMay('campaigns:write');
  const mayRead = useMay('campaigns:read');
  const [isOpen, dialog] = useDisclosure(false);
  const [areRulesShown, shown] = useDisclosure(false);
  return (
    <div className={classes.foot}>
      <Group gap="xs">
        {mayWrite && mayRead && (
          <Button size="sm" variant={made === undefined ? 'filled' : 'light'} onClick={dialog.open}>
            {made === undefined ? 'Make it a campaign' : 'Show its campaign'}
          </Button>
        )}
        <Button
          size="sm"
          variant="subtle"
          color="gray"
          aria-expanded={areRulesShown}
          onClick={shown.toggle}
        >
          {areRulesShown ? 'Hide the rules' : 'Show the rules'}
        </Button>
      </Group>
      <Collapse expanded={areRulesShown} pt={areRulesShown ? 'xs' : 0}>
        <Conditions rules={rules} />
      </Collapse>
      {mayWrite && mayRead && (
        <CampaignDialog
          suggested={suggested_campaign.campaign}
          made={made}
          isOpen={isOpen}
          onClose={dialog.close}
        />
      )}
    </div>
  );
}
