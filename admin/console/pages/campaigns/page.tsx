import { Route, Switch } from 'wouter';
import { NewCampaign } from './create/new-campaign.tsx';
import { CampaignPage } from './detail/campaign-page.tsx';
import { CampaignList } from './list/campaign-list.tsx';
import { NEW_CAMPAIGN } from './queries.ts';

/** Campaigns: all of them, a new one, or one with what there is about it. */
export default function CampaignsPage() {
  return (
    <Switch>
      <Route path="/campaigns">
        <CampaignList />
      </Route>
      <Route path="/campaigns/:id/:tab?">
        {({ id, tab = '' }) =>
          id === NEW_CAMPAIGN ? <NewCampaign /> : <CampaignPage key={id} id={id} tab={tab} />
        }
      </Route>
    </Switch>
  );
}
