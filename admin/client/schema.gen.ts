// Made from the OpenAPI document by `npm run generate:client`. Do not edit.

export interface paths {
    "/api/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alerts, newest first
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{alert_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One alert
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["getAlert"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{alert_id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve an alert
         * @description One that is resolved already stays as it is. A block that came with it is not removed by this.
         *
         *     Needs a key with the scope `fraud:write`.
         */
        post: operations["resolveAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/attribution": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Divide conversions among the touchpoints before them
         * @description With `user_id` for each touchpoint of that user, without it for all users by source, medium or campaign. `markov` and `shapley` compare the journeys of all users, so they need there to be no `user_id`, and `direct_weight` means nothing to them.
         *
         *     Needs a key with the scope `analytics:read`.
         */
        get: operations["getAttribution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Clicks, conversions and revenue of campaigns
         * @description One `campaign_id`: its report. Several (repeated, or separated by commas) or none: `campaigns`, a report each; none means all campaigns, page by page.
         *
         *     Needs a key with the scope `analytics:read`.
         */
        get: operations["getCampaignReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/fraud": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Addresses that clicked too much, with one user agent only, or too fast
         * @description Above `click_flood_clicks`, above `single_agent_clicks` with one user agent, or with a mean interval below `rapid_fire_interval_ms`; the busiest first. Robots and blocked clicks are counted too.
         *
         *     Needs a key with the scope `analytics:read`.
         */
        get: operations["getFraudReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/journey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Clicks, visits and conversions of one user, the oldest first
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["getJourney"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/realtime": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The last hour and today, at most 60 seconds old
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["getRealtimeMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Metrics of traffic, grouped and filtered at will
         * @description JSON, or with `Accept: text/csv` the rows as CSV (RFC 4180, CRLF, a header line), streamed. Texts that a spreadsheet would take for formulas begin with an apostrophe there.
         *
         *     Needs a key with the scope `analytics:read`.
         */
        post: operations["buildReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Campaigns by id, without their rules
         * @description Needs a key with the scope `campaigns:read`.
         */
        get: operations["listCampaigns"];
        put?: never;
        /**
         * Create a campaign
         * @description Its link works within a second. With `retroactive: true` a run also begins that claims the unattributed traffic of `time_range` which its rules match; `retroactive_run` of the answer says where to ask how far it is.
         *
         *     Needs a key with the scope `campaigns:write`.
         */
        post: operations["createCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One campaign, also an archived one
         * @description Needs a key with the scope `campaigns:read`.
         */
        get: operations["getCampaign"];
        put?: never;
        post?: never;
        /**
         * Archive a campaign
         * @description Its link leads to the fallback URL of the organisation, else to 404; what it was worth stays in the reports. Doing so again changes nothing.
         *
         *     Needs a key with the scope `campaigns:write`.
         */
        delete: operations["archiveCampaign"];
        options?: never;
        head?: never;
        /**
         * Change a campaign
         * @description Members left out stay as they are; `rules` are replaced as a whole; null takes away. An archived campaign can be changed by giving it a status. The next redirects follow within a second.
         *
         *     Needs a key with the scope `campaigns:write`.
         */
        patch: operations["changeCampaign"];
        trace?: never;
    };
    "/api/v1/campaigns/{id}/clone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Copy a campaign
         * @description Rules, default action, time zone and cost; neither traffic nor a claim of past traffic. The copy is paused unless the body says otherwise.
         *
         *     Needs a key with the scope `campaigns:write`.
         */
        post: operations["cloneCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{id}/retroactive/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count what a retroactive run would attribute
         * @description Counts unattributed traffic that matches the rules of the campaign, by month and by rule, without changing anything.
         *
         *     Needs a key with the scope `campaigns:read`.
         */
        post: operations["previewRetroactiveRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{id}/retroactive/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the retroactive runs of a campaign
         * @description Newest first.
         *
         *     Needs a key with the scope `campaigns:read`.
         */
        get: operations["listRetroactiveRuns"];
        put?: never;
        /**
         * Start a retroactive run
         * @description Gives the campaign to unattributed traffic that matches its rules, in the background. Runs of an organisation work one after the other.
         *
         *     Needs a key with the scope `campaigns:write`.
         */
        post: operations["startRetroactiveRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{id}/retroactive/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a retroactive run
         * @description Its status, its progress and how many rows carry it now.
         *
         *     Needs a key with the scope `campaigns:read`.
         */
        get: operations["getRetroactiveRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{id}/retroactive/runs/{run}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a retroactive run
         * @description The run finishes the step it is at and keeps what it has attributed until it is undone.
         *
         *     Needs a key with the scope `campaigns:write`.
         */
        post: operations["cancelRetroactiveRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{id}/retroactive/runs/{run}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a retroactive run
         * @description Every row of the run becomes what it was before, in the background. What other runs attributed stays.
         *
         *     Needs a key with the scope `campaigns:write`.
         */
        post: operations["undoRetroactiveRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a campaign out
         * @description Tells what a sample request would come to: which rule takes it and why, and where it leads. Nothing is recorded.
         *
         *     Needs a key with the scope `campaigns:read`.
         */
        post: operations["testCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/rule-schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Fields, operators and macros that rules can use
         * @description Needs a key with the scope `campaigns:read`.
         */
        get: operations["getRuleSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The ledger of conversions, the newest first
         * @description Each conversion that the engine accepted stands here within a second, also one whose click is not known.
         *
         *     Needs a key with the scope `analytics:read`.
         */
        get: operations["listConversions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversions/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many conversions found their click
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["getConversionSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversions/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What the engine would answer to a postback
         * @description The body is judged by the same code as in the engine. Fields of a postback by GET are sent as JSON texts. Postbacks of the last second, and those accepted while PostgreSQL is down, are not known to be there yet. Nothing is stored.
         *
         *     Needs a key with the scope `analytics:read`.
         */
        post: operations["testPostback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/currency-rates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rates with which reports convert amounts
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["getCurrencyRates"];
        /**
         * Set all rates at once
         * @description Reports convert with the rates of the moment, the past included. Amounts in a currency without a rate are shown beside a report's revenue, never added to it.
         *
         *     Needs a key with the scope `campaigns:write`.
         */
        put: operations["replaceCurrencyRates"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Host names of the organisation, in order
         * @description Needs a key with the scope `campaigns:read`.
         */
        get: operations["listDomains"];
        put?: never;
        /**
         * Add a host name
         * @description Links under it lead to the campaigns of the organisation as soon as its DNS leads to an engine. Adding it again changes nothing.
         *
         *     Needs a key with the scope `campaigns:write`.
         */
        post: operations["addDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/domains/{hostname}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a host name
         * @description Links under it answer 404 within a second. Others may add it afterwards.
         *
         *     Needs a key with the scope `campaigns:write`.
         */
        delete: operations["removeDomain"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Clicks, visits and conversions, the newest first
         * @description To follow the traffic, ask without `since` once, then again and again with the `since` of the answer before. Such an answer has what arrived meanwhile, of events that happened at most a minute before; those of the last five seconds before it may come again: tell them by `event_id`.
         *
         *     Needs a key with the scope `analytics:read`.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fraud/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every change of lists, alerts, settings and webhooks, newest first
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["listFraudAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fraud/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The addresses and networks that are blocked now, newest first
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["listBlocks"];
        put?: never;
        /**
         * Add to the addresses and networks that are blocked
         * @description Every engine refuses its clicks within a second. An entry that is there already gets the new reason and time. Networks that hold a trusted proxy of the installation are refused, and so are those wider than /8 (IPv6: /32).
         *
         *     Needs a key with the scope `fraud:write`.
         */
        post: operations["addBlock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fraud/blocks/{block_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove from the addresses and networks that are blocked
         * @description Every engine lets its clicks through within a second.
         *
         *     Needs a key with the scope `fraud:write`.
         */
        delete: operations["removeBlock"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fraud/never-block": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The addresses and networks that are never scored or blocked now, newest first
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["listNeverBlock"];
        put?: never;
        /**
         * Add to the addresses and networks that are never scored or blocked
         * @description What is on this list is let through also where a block covers it. An entry that is there already gets the new reason and time. Networks wider than /8 (IPv6: /32) are refused.
         *
         *     Needs a key with the scope `fraud:write`.
         */
        post: operations["addNeverBlock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fraud/never-block/{block_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove from the addresses and networks that are never scored or blocked
         * @description Its addresses are scored again from then on.
         *
         *     Needs a key with the scope `fraud:write`.
         */
        delete: operations["removeNeverBlock"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fraud/scores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Addresses that were detected within a day, by address
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["listFraudScores"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fraud/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The settings about fraud, complete
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["getFraudSettings"];
        /**
         * Change settings about fraud
         * @description Every engine has them within a second. Members that are left out stay as they are.
         *
         *     Needs a key with the scope `fraud:write`.
         */
        put: operations["setFraudSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fraud/settings/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try settings out on the clicks of the last days
         * @description Judges stored clicks by the definition that engines judge live ones by, at the end of each five minutes, and tells what would have been flagged and blocked. Nothing is changed.
         *
         *     Needs a key with the scope `analytics:read`.
         */
        post: operations["testFraudSettings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Keys by id, revoked and expired ones included
         * @description Needs a key with the scope `admin`.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Create a key
         * @description The key is in this answer and can never be had again.
         *
         *     Needs a key with the scope `admin`.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description It is refused everywhere within a second. Doing so again changes nothing.
         *
         *     Needs a key with the scope `admin`.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getOpenApiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All organisations of this installation, by id
         * @description Needs a key with the scope `admin`.
         */
        get: operations["listOrganizations"];
        put?: never;
        /**
         * Create an organisation and its first key
         * @description The key is in this answer and can never be had again.
         *
         *     Needs a key with the scope `admin`.
         */
        post: operations["createOrganization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/organizations/{organization_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One organisation
         * @description Needs a key with the scope `admin`.
         */
        get: operations["getOrganization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change an organisation
         * @description Members left out stay as they are. Engines follow within a second.
         *
         *     Needs a key with the scope `admin`.
         */
        patch: operations["changeOrganization"];
        trace?: never;
    };
    "/api/v1/patterns/discover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Find groups in traffic that belongs to no campaign
         * @description Looks for referring sites and sources whose traffic is concentrated in devices, countries, hours or weekdays far more than chance explains. What confidence means, and how it is found: docs/discovery.md.
         *
         *     Needs a key with the scope `analytics:read`.
         */
        post: operations["discoverPatterns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whose key or session the request carries
         * @description Needs a key.
         */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign in with a key
         * @description Sets a cookie that stands for the key until it is revoked, for seven days at most. It counts only in requests with the header x-trellis-console.
         */
        post: operations["createSession"];
        /**
         * Sign out
         * @description Ends the session of the cookie, if there is one.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stores and engine of the installation
         * @description Answers also when some of them do not.
         *
         *     Needs a key with the scope `analytics:read`.
         */
        get: operations["getSystemStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhook-deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Deliveries to all webhooks of the organisation, newest first
         * @description `status=dead` is the list of dead letters.
         *
         *     Needs a key with the scope `analytics:read`.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhook-deliveries/{delivery_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a dead delivery again
         * @description It has all its attempts again, the first at once, with the same event id.
         *
         *     Needs a key with the scope `fraud:write`.
         */
        post: operations["retryWebhookDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Webhooks of the organisation, by id
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description Its address is sent each alert as a signed POST. The secret is in this answer and can never be had again.
         *
         *     Needs a key with the scope `fraud:write`.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One webhook
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Remove a webhook
         * @description With everything that waits for it, and the list of what was delivered.
         *
         *     Needs a key with the scope `fraud:write`.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Deliveries to one webhook, newest first
         * @description Needs a key with the scope `analytics:read`.
         */
        get: operations["listDeliveriesOfWebhook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a disabled webhook active again
         * @description What is dead stays so until it is retried. An active one is not changed.
         *
         *     Needs a key with the scope `fraud:write`.
         */
        post: operations["enableWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description It is queued like an alert, and sent within about a second. What came of it is in the list of deliveries.
         *
         *     Needs a key with the scope `fraud:write`.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process is alive */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the stores that the service needs can be reached */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A comparison `{field, operator, value}`, or conditions joined: `{any: […]}`, `{all: […]}`, `{not: {…}}`. */
        Condition: {
            field: string;
            operator: string;
            value?: string | number | boolean | (string | number)[];
        } | {
            any: components["schemas"]["Condition"][];
        } | {
            all: components["schemas"]["Condition"][];
        } | {
            not: components["schemas"]["Condition"];
        };
        /** @description A comparison `{field, operator, value}`, or conditions joined: `{any: […]}`, `{all: […]}`, `{not: {…}}`. */
        ConditionInput: {
            field: string;
            operator: string;
            value?: string | number | boolean | (string | number)[];
        } | {
            any: components["schemas"]["Condition"][];
        } | {
            all: components["schemas"]["Condition"][];
        } | {
            not: components["schemas"]["Condition"];
        };
        /** @description RFC 9457 */
        Problem: {
            detail?: string;
            errors?: {
                message: string;
                path: string;
            }[];
            status: number;
            title: string;
            type: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAlerts: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
                /** @description All when left out. */
                status?: "open" | "resolved";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        alerts: {
                            /** @description An IPv4 address, or the /64 network of IPv6 addresses. */
                            address: string;
                            alert_id: string;
                            /** Format: date-time */
                            created_at: string;
                            /** @description The detection as it was then. */
                            data: {
                                [key: string]: unknown;
                            };
                            /**
                             * Format: date-time
                             * @description One alert is raised for each address, pattern and hour.
                             */
                            hour: string;
                            message: string;
                            organization_id: string;
                            pattern: string;
                            /** @description The reason with which it was resolved. */
                            resolution: string | null;
                            resolved_at: string | null;
                            /** @description The id of the key that was used. */
                            resolved_by: string | null;
                            /** @description `high`. */
                            severity: string;
                            /** @enum {string} */
                            status: "open" | "resolved";
                            /** @description `fraud_detection`. */
                            type: string;
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alert_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alert. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description An IPv4 address, or the /64 network of IPv6 addresses. */
                        address: string;
                        alert_id: string;
                        /** Format: date-time */
                        created_at: string;
                        /** @description The detection as it was then. */
                        data: {
                            [key: string]: unknown;
                        };
                        /**
                         * Format: date-time
                         * @description One alert is raised for each address, pattern and hour.
                         */
                        hour: string;
                        message: string;
                        organization_id: string;
                        pattern: string;
                        /** @description The reason with which it was resolved. */
                        resolution: string | null;
                        resolved_at: string | null;
                        /** @description The id of the key that was used. */
                        resolved_by: string | null;
                        /** @description `high`. */
                        severity: string;
                        /** @enum {string} */
                        status: "open" | "resolved";
                        /** @description `fraud_detection`. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resolveAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alert_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description For those who read the alert later. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The resolved alert. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description An IPv4 address, or the /64 network of IPv6 addresses. */
                        address: string;
                        alert_id: string;
                        /** Format: date-time */
                        created_at: string;
                        /** @description The detection as it was then. */
                        data: {
                            [key: string]: unknown;
                        };
                        /**
                         * Format: date-time
                         * @description One alert is raised for each address, pattern and hour.
                         */
                        hour: string;
                        message: string;
                        organization_id: string;
                        pattern: string;
                        /** @description The reason with which it was resolved. */
                        resolution: string | null;
                        resolved_at: string | null;
                        /** @description The id of the key that was used. */
                        resolved_by: string | null;
                        /** @description `high`. */
                        severity: string;
                        /** @enum {string} */
                        status: "open" | "resolved";
                        /** @description `fraud_detection`. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAttribution: {
        parameters: {
            query?: {
                /** @description Factor on touchpoints whose source is `direct`. */
                direct_weight?: number;
                /** @description Of the conversions, exclusive; now by default. */
                end?: string;
                /** @description For all users: what touchpoints are added up by. */
                group_by?: "source" | "medium" | "campaign";
                /** @description For time_decay: after so many days a touchpoint weighs half. */
                half_life_days?: number;
                /** @description Touchpoints may be so much older than the conversion. */
                lookback_days?: number;
                /** @description How credit is divided. */
                model?: "first_touch" | "last_touch" | "last_non_direct" | "linear" | "position_based" | "time_decay" | "markov" | "shapley";
                /** @description Of the conversions, inclusive, ISO 8601. For all users 30 days before the end by default; for one user no limit. */
                start?: string;
                /** @description Of bare dates; IANA name, UTC by default. */
                timezone?: string;
                /** @description One user; without it all users. */
                user_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credit; all of it adds up. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attribution_model: string;
                        /** @description Oldest first. */
                        conversions: {
                            event: string;
                            timestamp: string;
                            /** @description Within its lookback. */
                            touchpoints: number;
                            /** @description In the reporting currency; exact, two to four decimals. */
                            value: number;
                        }[];
                        /** @description The reporting currency, ISO 4217. */
                        currency: string;
                        /** @description Only the latest 10000 events of the user were looked at. */
                        events_cut: boolean;
                        insights: string[];
                        /** @description Of all conversions. */
                        total_value: number;
                        /** @description Those within the lookback of a conversion, oldest first. */
                        touchpoints: {
                            /** @description In the reporting currency; exact, two to four decimals. */
                            attributed_value: number;
                            /** @description All of them add up to 100. */
                            attribution_percent: number;
                            campaign: string | null;
                            /** @description To the first conversion that it is credited for. */
                            days_before_conversion: number;
                            medium: string | null;
                            source: string;
                            timestamp: string;
                        }[];
                        /** @description Of conversions without touchpoints. */
                        unattributed_value: number;
                        /** @description Conversions in currencies without a rate; they are part of no other value. */
                        unconverted: {
                            currency: string;
                            value: number;
                        }[];
                        user_id: string;
                    } | {
                        conversions: number;
                        /** @description Credited conversions of users with more than 250 touchpoints or 1000 conversions, of which only the latest count. */
                        conversions_cut: number;
                        /** @description The reporting currency, ISO 4217. */
                        currency: string;
                        end: string;
                        group_by: string;
                        /** @description Highest value first. */
                        groups: {
                            /** @description Shares of conversions added up. */
                            attributed_conversions: number;
                            /** @description In the reporting currency; exact, two to four decimals. */
                            attributed_value: number;
                            /** @description Conversions that began here. */
                            first_touches: number;
                            /** @description null: without medium or campaign. `other`: groups beyond the limit. */
                            group: string | null;
                            /** @description Conversions whose last touchpoint was here. */
                            last_touches: number;
                            /** @description Of the attributed value; all of them add up to 100. */
                            percent: number;
                        }[];
                        model: string;
                        start: string;
                        timezone: string;
                        /** @description Of all conversions. */
                        total_value: number;
                        unattributed_conversions: number;
                        /** @description Of conversions without touchpoints. */
                        unattributed_value: number;
                        /** @description Conversions in currencies without a rate; they are part of no other value. */
                        unconverted: {
                            currency: string;
                            value: number;
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCampaignReport: {
        parameters: {
            query?: {
                /** @description Repeated or separated by commas; all campaigns when left out. */
                campaign_id?: string | string[];
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description ISO 8601, exclusive. */
                end?: string;
                /** @description Count unique users exactly, however many; otherwise within about 0.1 % beyond 30,000. */
                exact?: "0" | "1" | "true" | "false";
                /** @description Count the clicks of robots too. */
                include_bots?: "0" | "1" | "true" | "false";
                /** @description Entries at most, 1 to 200. */
                limit?: number;
                /** @description Which ones are wanted. The answer has all of them anyway. */
                metrics?: string | string[];
                /** @description ISO 8601, inclusive; a bare date is its midnight in `timezone`. */
                start?: string;
                /** @description IANA name, such as Europe/Berlin: what a day and an hour are. UTC by default. */
                timezone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report of one campaign, or of several. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        campaigns: {
                            campaign_id: string;
                            /** @description ISO 4217: what amounts are in. */
                            currency: string;
                            metrics: {
                                average_order_value: number;
                                /** @description Of blocked addresses; not among `clicks`. */
                                blocked_clicks: number;
                                clean_clicks: number;
                                /** @description Clean and suspicious ones: those that were redirected. */
                                clicks: number;
                                /** @description Conversions per 100 clicks. */
                                conversion_rate: number;
                                conversions: number;
                                /** @description Clicks by kind of device. */
                                device_breakdown: {
                                    [key: string]: number;
                                };
                                revenue: number;
                                /** @description Revenue per unit of cost; 0 without cost. */
                                roas: number;
                                /** @description Fraud score above 0.8, not blocked. */
                                suspicious_clicks: number;
                                /** @description At most three, from Monday. */
                                top_converting_days: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[];
                                /** @description At most three, ascending. */
                                top_converting_hours: number[];
                                unique_users: number;
                            };
                            /** @description `<start> to <end>`, as asked for. Otherwise from the day of the first event to the day after the last one; empty without events. */
                            period: string;
                            /** @description Revenue in currencies without a rate, which is not part of the sums. */
                            unconverted: {
                                currency: string;
                                value: number;
                            }[];
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                    } | {
                        campaign_id: string;
                        /** @description ISO 4217: what amounts are in. */
                        currency: string;
                        metrics: {
                            average_order_value: number;
                            /** @description Of blocked addresses; not among `clicks`. */
                            blocked_clicks: number;
                            clean_clicks: number;
                            /** @description Clean and suspicious ones: those that were redirected. */
                            clicks: number;
                            /** @description Conversions per 100 clicks. */
                            conversion_rate: number;
                            conversions: number;
                            /** @description Clicks by kind of device. */
                            device_breakdown: {
                                [key: string]: number;
                            };
                            revenue: number;
                            /** @description Revenue per unit of cost; 0 without cost. */
                            roas: number;
                            /** @description Fraud score above 0.8, not blocked. */
                            suspicious_clicks: number;
                            /** @description At most three, from Monday. */
                            top_converting_days: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[];
                            /** @description At most three, ascending. */
                            top_converting_hours: number[];
                            unique_users: number;
                        };
                        /** @description `<start> to <end>`, as asked for. Otherwise from the day of the first event to the day after the last one; empty without events. */
                        period: string;
                        /** @description Revenue in currencies without a rate, which is not part of the sums. */
                        unconverted: {
                            currency: string;
                            value: number;
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFraudReport: {
        parameters: {
            query?: {
                /** @description Until now. */
                hours?: number;
                limit?: number;
                /** @description Leaves out addresses with less. */
                min_confidence?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        end: string;
                        rows: {
                            /** @description Seconds from one click of the address to its next; null with a single click. */
                            avg_click_interval: number | null;
                            click_count: number;
                            /** @description Of the address: the highest of any whole hour, 0 to 1. */
                            confidence: number;
                            country: string;
                            /** @description ISO 8601. */
                            first_click: string;
                            /** @description An IPv4 address, or the /64 network of IPv6 addresses. */
                            ip: string;
                            last_click: string;
                            /** @description Of `click_flood`, `single_agent`, `rapid_fire`, `agent_swarm`. */
                            patterns: {
                                /** @description 0 to 1. */
                                confidence: number;
                                pattern: string;
                            }[];
                            /** @description Distinct user agents. */
                            ua_count: number;
                            /** @description Distinct click ids. */
                            unique_clicks: number;
                        }[];
                        start: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJourney: {
        parameters: {
            query: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
                user_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page; none when nobody has this id. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: {
                            browser: string;
                            campaign_id: string | null;
                            city: string;
                            click_id: string;
                            conversion_currency: string;
                            /** @description Empty unless the event is a conversion. */
                            conversion_event: string;
                            /** @description In `conversion_currency`; 0 unless it is a conversion. */
                            conversion_value: number;
                            country: string;
                            destination: string;
                            device_type: string;
                            event_id: string;
                            /** @description `click`, the type of a visit, or the name of a conversion. */
                            event_type: string;
                            fraud_reasons: string[];
                            /** @description 0 to 1, as it was judged then. */
                            fraud_score: number;
                            /** @description The address was blocked. */
                            is_blocked: boolean;
                            is_bot: boolean;
                            medium: string | null;
                            order_id: string;
                            os: string;
                            referer: string;
                            region: string;
                            rule_id: string;
                            source: string;
                            tags: string[];
                            /** @description ISO 8601. */
                            timestamp: string;
                            url: string;
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                        user_id: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRealtimeMetrics: {
        parameters: {
            query?: {
                /** @description The organisation of the key; any other is refused. */
                org_id?: string;
                /** @description IANA name, such as Europe/Berlin: what a day and an hour are. UTC by default. */
                timezone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers of a dashboard. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of blocked addresses; not among the clicks. */
                        blocked_clicks_last_hour: number;
                        clean_clicks_last_hour: number;
                        /** @description Percent against the hour before; 100 when that one had no clicks and this one has. */
                        clicks_change: number;
                        /** @description In the 60 minutes of the timeline. */
                        clicks_last_hour: number;
                        conversions_today: number;
                        /** @description ISO 4217: what amounts are in. */
                        currency: string;
                        /** @description ISO 8601. */
                        last_updated: string;
                        revenue_today: number;
                        /** @description Fraud score above 0.8, not blocked. */
                        suspicious_clicks_last_hour: number;
                        /** @description The last 60 minutes, the current one last, empty ones included. */
                        traffic_timeline: {
                            blocked_clicks: number;
                            clean_clicks: number;
                            clicks: number;
                            conversions: number;
                            /** @description When it began, ISO 8601. */
                            minute: string;
                            revenue: number;
                            suspicious_clicks: number;
                        }[];
                        /** @description Revenue in currencies without a rate, which is not part of the sums. */
                        unconverted: {
                            currency: string;
                            value: number;
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    buildReport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Count unique users exactly.
                     * @default false
                     */
                    exact?: boolean;
                    /**
                     * @description All must hold. Fields and operators of rules, and campaign_id, rule_id, event_type, conversion_event, conversion_currency, destination, user_id, tag, fraud_reason, is_blocked and is_suspicious.
                     * @default []
                     */
                    filters?: {
                        field: string;
                        operator: string;
                        value?: string | number | boolean | (string | number)[];
                    }[];
                    /**
                     * @description What each row is about: campaign_id, rule_id, event_type, conversion_event, source, medium, referer_domain, country, region, city, language, device_type, os, os_version, browser, browser_version, is_bot, is_blocked, is_suspicious, destination, path, tag, hour, weekday, hourly, day, week, month, param.<name>. Empty: one row.
                     * @default []
                     */
                    grouping?: string[];
                    /**
                     * @description Count the clicks of robots too.
                     * @default false
                     */
                    include_bots?: boolean;
                    /** @description Rows at most: up to 10000 in JSON (1000 when left out), 1000000 in CSV. */
                    limit?: number;
                    /**
                     * @default [
                     *       "clicks",
                     *       "conversions",
                     *       "revenue"
                     *     ]
                     */
                    metrics?: ("clicks" | "clean_clicks" | "suspicious_clicks" | "blocked_clicks" | "visits" | "bots" | "events" | "unique_users" | "conversions" | "conversion_rate" | "revenue" | "average_order_value" | "epc")[];
                    /**
                     * @description The last 30 days when left out.
                     * @default {}
                     */
                    range?: {
                        /** @description ISO 8601, exclusive. */
                        end?: string;
                        /** @description ISO 8601, inclusive; a bare date is its midnight in `timezone`. */
                        start?: string;
                        /** @description IANA name, such as Europe/Berlin: what a day and an hour are. UTC by default. */
                        timezone?: string;
                    };
                    /** @description By the first metric, descending, when left out. */
                    sort?: {
                        /**
                         * @default desc
                         * @enum {string}
                         */
                        direction?: "asc" | "desc";
                        /** @description A name of the grouping or of the metrics. */
                        field: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description The report; with `Accept: text/csv` its rows as CSV. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description ISO 4217: what amounts are in. */
                        currency: string;
                        grouping: string[];
                        metrics: string[];
                        range: {
                            end: string;
                            start: string;
                            timezone: string;
                        };
                        /** @description Members are the names of grouping and metrics. */
                        rows: {
                            [key: string]: string | number | boolean | null;
                        }[];
                        /** @description The metrics over everything, rows beyond the limit included. */
                        totals: {
                            [key: string]: string | number | boolean | null;
                        };
                        /** @description Whether there are more rows than `limit`. */
                        truncated: boolean;
                        /** @description Revenue in currencies without a rate, which is not part of the sums. */
                        unconverted: {
                            currency: string;
                            value: number;
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCampaigns: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
                /** @description Only these; active and paused ones when left out. */
                status?: "active" | "paused" | "archived";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        campaigns: {
                            campaign_id: string;
                            cost: {
                                amount: string;
                                currency: string;
                            } | null;
                            /** Format: date-time */
                            created_at: string;
                            name: string;
                            organization_id: string;
                            retroactive: boolean;
                            rule_count: number;
                            /** @enum {string} */
                            status: "active" | "paused" | "archived";
                            time_range: {
                                end: string;
                                start: string;
                            } | null;
                            timezone: string;
                            /** @description One per domain. */
                            tracking_links: {
                                hostname: string;
                                /** @description What visitors follow; append `click_id`, `source` and so on. */
                                url: string;
                            }[];
                            /** Format: date-time */
                            updated_at: string;
                            /** @description Rises with each change; also the `ETag`. */
                            version: number;
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The link's path after `/in/`. Made from the name when left out. */
                    campaign_id?: string;
                    cost?: {
                        /** @description What the campaign cost in all, as text (`"1250.00"`) or number. */
                        amount: string | number;
                        currency: string;
                    };
                    /** @description For clicks that no rule matches. Without it: the organisation's fallback URL. */
                    default_action?: {
                        /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                        destination?: string;
                        /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                        destinations?: {
                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                            url: string;
                            /** @description Share of visitors, relative to the others. */
                            weight: number;
                        }[];
                        /**
                         * @description Names of parameters of the click that are handed on, or `all`.
                         * @default []
                         */
                        passthrough?: string[] | "all";
                        /** @default [] */
                        tags?: string[];
                        /** @enum {string} */
                        type: "redirect";
                    };
                    /** @description What people call the campaign. */
                    name: string;
                    /** @default false */
                    retroactive?: boolean;
                    /** @default [] */
                    rules?: {
                        action: {
                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                            destination?: string;
                            /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                            destinations?: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                url: string;
                                /** @description Share of visitors, relative to the others. */
                                weight: number;
                            }[];
                            /**
                             * @description Names of parameters of the click that are handed on, or `all`.
                             * @default []
                             */
                            passthrough?: string[] | "all";
                            /** @default [] */
                            tags?: string[];
                            /** @enum {string} */
                            type: "redirect";
                        } | {
                            /** @default [] */
                            tags?: string[];
                            /** @enum {string} */
                            type: "block";
                        };
                        caps?: {
                            clicks_per_day?: number;
                            conversions_per_day?: number;
                            /**
                             * @description Above a cap: the next matching rule, the default action of the campaign, or another URL.
                             * @default next
                             */
                            overflow?: "next" | "default" | {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                url: string;
                            };
                            /** @description IANA name. Decides hour, weekday, date and the day of caps. */
                            timezone?: string;
                        };
                        /** @description All must hold. Empty: the rule always matches. */
                        conditions: components["schemas"]["Condition"][];
                        /**
                         * @description Higher ones are tried first; equal ones in the order of the list.
                         * @default 0
                         */
                        priority?: number;
                        /** @description Recorded with each click. Given by the server when left out. */
                        rule_id?: string;
                        /**
                         * @description Free text.
                         * @default custom
                         */
                        type?: string;
                    }[];
                    /**
                     * @default active
                     * @enum {string}
                     */
                    status?: "active" | "paused";
                    /** @description Which unattributed traffic a retroactive campaign claims. */
                    time_range?: {
                        /** @description ISO 8601, exclusive. */
                        end: string;
                        /** @description ISO 8601, inclusive. */
                        start: string;
                    };
                    /**
                     * @description IANA name. Decides hour, weekday, date and the day of caps.
                     * @default UTC
                     */
                    timezone?: string;
                };
            };
        };
        responses: {
            /** @description The campaign. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        campaign_id: string;
                        cost: {
                            amount: string;
                            currency: string;
                        } | null;
                        /** Format: date-time */
                        created_at: string;
                        default_action: ({
                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                            destination?: string;
                            /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                            destinations?: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                url: string;
                                /** @description Share of visitors, relative to the others. */
                                weight: number;
                            }[];
                            /**
                             * @description Names of parameters of the click that are handed on, or `all`.
                             * @default []
                             */
                            passthrough: string[] | "all";
                            /** @default [] */
                            tags: string[];
                            /** @enum {string} */
                            type: "redirect";
                        } | {
                            /** @default [] */
                            tags: string[];
                            /** @enum {string} */
                            type: "block";
                        }) | null;
                        name: string;
                        organization_id: string;
                        retroactive: boolean;
                        /** @description The run that claims traffic of the past; null unless `retroactive` was true. */
                        retroactive_run: {
                            run_id: string;
                            status: string;
                            /** @description Asks how far it is. */
                            url: string;
                        } | null;
                        rule_count: number;
                        rules: {
                            action: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                destination?: string;
                                /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                                destinations?: {
                                    /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                    url: string;
                                    /** @description Share of visitors, relative to the others. */
                                    weight: number;
                                }[];
                                /**
                                 * @description Names of parameters of the click that are handed on, or `all`.
                                 * @default []
                                 */
                                passthrough: string[] | "all";
                                /** @default [] */
                                tags: string[];
                                /** @enum {string} */
                                type: "redirect";
                            } | {
                                /** @default [] */
                                tags: string[];
                                /** @enum {string} */
                                type: "block";
                            };
                            caps?: {
                                clicks_per_day?: number;
                                conversions_per_day?: number;
                                /**
                                 * @description Above a cap: the next matching rule, the default action of the campaign, or another URL.
                                 * @default next
                                 */
                                overflow: "next" | "default" | {
                                    /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                    url: string;
                                };
                                /** @description IANA name. Decides hour, weekday, date and the day of caps. */
                                timezone?: string;
                            };
                            /** @description All must hold. Empty: the rule always matches. */
                            conditions: components["schemas"]["Condition"][];
                            /**
                             * @description Higher ones are tried first; equal ones in the order of the list.
                             * @default 0
                             */
                            priority: number;
                            /** @description Recorded with each click. Given by the server when left out. */
                            rule_id?: string;
                            /**
                             * @description Free text.
                             * @default custom
                             */
                            type: string;
                        }[];
                        /** @enum {string} */
                        status: "active" | "paused" | "archived";
                        time_range: {
                            end: string;
                            start: string;
                        } | null;
                        timezone: string;
                        /** @description One per domain. */
                        tracking_links: {
                            hostname: string;
                            /** @description What visitors follow; append `click_id`, `source` and so on. */
                            url: string;
                        }[];
                        /** Format: date-time */
                        updated_at: string;
                        /** @description Rises with each change; also the `ETag`. */
                        version: number;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `campaign_id`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        campaign_id: string;
                        cost: {
                            amount: string;
                            currency: string;
                        } | null;
                        /** Format: date-time */
                        created_at: string;
                        default_action: ({
                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                            destination?: string;
                            /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                            destinations?: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                url: string;
                                /** @description Share of visitors, relative to the others. */
                                weight: number;
                            }[];
                            /**
                             * @description Names of parameters of the click that are handed on, or `all`.
                             * @default []
                             */
                            passthrough: string[] | "all";
                            /** @default [] */
                            tags: string[];
                            /** @enum {string} */
                            type: "redirect";
                        } | {
                            /** @default [] */
                            tags: string[];
                            /** @enum {string} */
                            type: "block";
                        }) | null;
                        name: string;
                        organization_id: string;
                        retroactive: boolean;
                        rule_count: number;
                        rules: {
                            action: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                destination?: string;
                                /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                                destinations?: {
                                    /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                    url: string;
                                    /** @description Share of visitors, relative to the others. */
                                    weight: number;
                                }[];
                                /**
                                 * @description Names of parameters of the click that are handed on, or `all`.
                                 * @default []
                                 */
                                passthrough: string[] | "all";
                                /** @default [] */
                                tags: string[];
                                /** @enum {string} */
                                type: "redirect";
                            } | {
                                /** @default [] */
                                tags: string[];
                                /** @enum {string} */
                                type: "block";
                            };
                            caps?: {
                                clicks_per_day?: number;
                                conversions_per_day?: number;
                                /**
                                 * @description Above a cap: the next matching rule, the default action of the campaign, or another URL.
                                 * @default next
                                 */
                                overflow: "next" | "default" | {
                                    /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                    url: string;
                                };
                                /** @description IANA name. Decides hour, weekday, date and the day of caps. */
                                timezone?: string;
                            };
                            /** @description All must hold. Empty: the rule always matches. */
                            conditions: components["schemas"]["Condition"][];
                            /**
                             * @description Higher ones are tried first; equal ones in the order of the list.
                             * @default 0
                             */
                            priority: number;
                            /** @description Recorded with each click. Given by the server when left out. */
                            rule_id?: string;
                            /**
                             * @description Free text.
                             * @default custom
                             */
                            type: string;
                        }[];
                        /** @enum {string} */
                        status: "active" | "paused" | "archived";
                        time_range: {
                            end: string;
                            start: string;
                        } | null;
                        timezone: string;
                        /** @description One per domain. */
                        tracking_links: {
                            hostname: string;
                            /** @description What visitors follow; append `click_id`, `source` and so on. */
                            url: string;
                        }[];
                        /** Format: date-time */
                        updated_at: string;
                        /** @description Rises with each change; also the `ETag`. */
                        version: number;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archiveCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the campaign that the change was made for; 412 if it is another now. */
                "if-match"?: string;
            };
            path: {
                /** @description The `campaign_id`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The archived campaign. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        campaign_id: string;
                        cost: {
                            amount: string;
                            currency: string;
                        } | null;
                        /** Format: date-time */
                        created_at: string;
                        default_action: ({
                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                            destination?: string;
                            /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                            destinations?: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                url: string;
                                /** @description Share of visitors, relative to the others. */
                                weight: number;
                            }[];
                            /**
                             * @description Names of parameters of the click that are handed on, or `all`.
                             * @default []
                             */
                            passthrough: string[] | "all";
                            /** @default [] */
                            tags: string[];
                            /** @enum {string} */
                            type: "redirect";
                        } | {
                            /** @default [] */
                            tags: string[];
                            /** @enum {string} */
                            type: "block";
                        }) | null;
                        name: string;
                        organization_id: string;
                        retroactive: boolean;
                        rule_count: number;
                        rules: {
                            action: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                destination?: string;
                                /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                                destinations?: {
                                    /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                    url: string;
                                    /** @description Share of visitors, relative to the others. */
                                    weight: number;
                                }[];
                                /**
                                 * @description Names of parameters of the click that are handed on, or `all`.
                                 * @default []
                                 */
                                passthrough: string[] | "all";
                                /** @default [] */
                                tags: string[];
                                /** @enum {string} */
                                type: "redirect";
                            } | {
                                /** @default [] */
                                tags: string[];
                                /** @enum {string} */
                                type: "block";
                            };
                            caps?: {
                                clicks_per_day?: number;
                                conversions_per_day?: number;
                                /**
                                 * @description Above a cap: the next matching rule, the default action of the campaign, or another URL.
                                 * @default next
                                 */
                                overflow: "next" | "default" | {
                                    /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                    url: string;
                                };
                                /** @description IANA name. Decides hour, weekday, date and the day of caps. */
                                timezone?: string;
                            };
                            /** @description All must hold. Empty: the rule always matches. */
                            conditions: components["schemas"]["Condition"][];
                            /**
                             * @description Higher ones are tried first; equal ones in the order of the list.
                             * @default 0
                             */
                            priority: number;
                            /** @description Recorded with each click. Given by the server when left out. */
                            rule_id?: string;
                            /**
                             * @description Free text.
                             * @default custom
                             */
                            type: string;
                        }[];
                        /** @enum {string} */
                        status: "active" | "paused" | "archived";
                        time_range: {
                            end: string;
                            start: string;
                        } | null;
                        timezone: string;
                        /** @description One per domain. */
                        tracking_links: {
                            hostname: string;
                            /** @description What visitors follow; append `click_id`, `source` and so on. */
                            url: string;
                        }[];
                        /** Format: date-time */
                        updated_at: string;
                        /** @description Rises with each change; also the `ETag`. */
                        version: number;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeCampaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the campaign that the change was made for; 412 if it is another now. */
                "if-match"?: string;
            };
            path: {
                /** @description The `campaign_id`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cost?: {
                        /** @description What the campaign cost in all, as text (`"1250.00"`) or number. */
                        amount: string | number;
                        currency: string;
                    } | null;
                    default_action?: {
                        /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                        destination?: string;
                        /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                        destinations?: {
                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                            url: string;
                            /** @description Share of visitors, relative to the others. */
                            weight: number;
                        }[];
                        /**
                         * @description Names of parameters of the click that are handed on, or `all`.
                         * @default []
                         */
                        passthrough?: string[] | "all";
                        /** @default [] */
                        tags?: string[];
                        /** @enum {string} */
                        type: "redirect";
                    } | null;
                    /** @description What people call the campaign. */
                    name?: string;
                    rules?: {
                        action: {
                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                            destination?: string;
                            /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                            destinations?: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                url: string;
                                /** @description Share of visitors, relative to the others. */
                                weight: number;
                            }[];
                            /**
                             * @description Names of parameters of the click that are handed on, or `all`.
                             * @default []
                             */
                            passthrough?: string[] | "all";
                            /** @default [] */
                            tags?: string[];
                            /** @enum {string} */
                            type: "redirect";
                        } | {
                            /** @default [] */
                            tags?: string[];
                            /** @enum {string} */
                            type: "block";
                        };
                        caps?: {
                            clicks_per_day?: number;
                            conversions_per_day?: number;
                            /**
                             * @description Above a cap: the next matching rule, the default action of the campaign, or another URL.
                             * @default next
                             */
                            overflow?: "next" | "default" | {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                url: string;
                            };
                            /** @description IANA name. Decides hour, weekday, date and the day of caps. */
                            timezone?: string;
                        };
                        /** @description All must hold. Empty: the rule always matches. */
                        conditions: components["schemas"]["Condition"][];
                        /**
                         * @description Higher ones are tried first; equal ones in the order of the list.
                         * @default 0
                         */
                        priority?: number;
                        /** @description Recorded with each click. Given by the server when left out. */
                        rule_id?: string;
                        /**
                         * @description Free text.
                         * @default custom
                         */
                        type?: string;
                    }[];
                    /** @enum {string} */
                    status?: "active" | "paused";
                    /** @description IANA name. Decides hour, weekday, date and the day of caps. */
                    timezone?: string;
                };
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        campaign_id: string;
                        cost: {
                            amount: string;
                            currency: string;
                        } | null;
                        /** Format: date-time */
                        created_at: string;
                        default_action: ({
                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                            destination?: string;
                            /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                            destinations?: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                url: string;
                                /** @description Share of visitors, relative to the others. */
                                weight: number;
                            }[];
                            /**
                             * @description Names of parameters of the click that are handed on, or `all`.
                             * @default []
                             */
                            passthrough: string[] | "all";
                            /** @default [] */
                            tags: string[];
                            /** @enum {string} */
                            type: "redirect";
                        } | {
                            /** @default [] */
                            tags: string[];
                            /** @enum {string} */
                            type: "block";
                        }) | null;
                        name: string;
                        organization_id: string;
                        retroactive: boolean;
                        rule_count: number;
                        rules: {
                            action: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                destination?: string;
                                /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                                destinations?: {
                                    /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                    url: string;
                                    /** @description Share of visitors, relative to the others. */
                                    weight: number;
                                }[];
                                /**
                                 * @description Names of parameters of the click that are handed on, or `all`.
                                 * @default []
                                 */
                                passthrough: string[] | "all";
                                /** @default [] */
                                tags: string[];
                                /** @enum {string} */
                                type: "redirect";
                            } | {
                                /** @default [] */
                                tags: string[];
                                /** @enum {string} */
                                type: "block";
                            };
                            caps?: {
                                clicks_per_day?: number;
                                conversions_per_day?: number;
                                /**
                                 * @description Above a cap: the next matching rule, the default action of the campaign, or another URL.
                                 * @default next
                                 */
                                overflow: "next" | "default" | {
                                    /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                    url: string;
                                };
                                /** @description IANA name. Decides hour, weekday, date and the day of caps. */
                                timezone?: string;
                            };
                            /** @description All must hold. Empty: the rule always matches. */
                            conditions: components["schemas"]["Condition"][];
                            /**
                             * @description Higher ones are tried first; equal ones in the order of the list.
                             * @default 0
                             */
                            priority: number;
                            /** @description Recorded with each click. Given by the server when left out. */
                            rule_id?: string;
                            /**
                             * @description Free text.
                             * @default custom
                             */
                            type: string;
                        }[];
                        /** @enum {string} */
                        status: "active" | "paused" | "archived";
                        time_range: {
                            end: string;
                            start: string;
                        } | null;
                        timezone: string;
                        /** @description One per domain. */
                        tracking_links: {
                            hostname: string;
                            /** @description What visitors follow; append `click_id`, `source` and so on. */
                            url: string;
                        }[];
                        /** Format: date-time */
                        updated_at: string;
                        /** @description Rises with each change; also the `ETag`. */
                        version: number;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cloneCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `campaign_id`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Made from the id of the original when left out. */
                    campaign_id?: string;
                    /** @description The name of the original and "(copy)" when left out. */
                    name?: string;
                    /**
                     * @default paused
                     * @enum {string}
                     */
                    status?: "active" | "paused";
                };
            };
        };
        responses: {
            /** @description The copy. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        campaign_id: string;
                        cost: {
                            amount: string;
                            currency: string;
                        } | null;
                        /** Format: date-time */
                        created_at: string;
                        default_action: ({
                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                            destination?: string;
                            /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                            destinations?: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                url: string;
                                /** @description Share of visitors, relative to the others. */
                                weight: number;
                            }[];
                            /**
                             * @description Names of parameters of the click that are handed on, or `all`.
                             * @default []
                             */
                            passthrough: string[] | "all";
                            /** @default [] */
                            tags: string[];
                            /** @enum {string} */
                            type: "redirect";
                        } | {
                            /** @default [] */
                            tags: string[];
                            /** @enum {string} */
                            type: "block";
                        }) | null;
                        name: string;
                        organization_id: string;
                        retroactive: boolean;
                        rule_count: number;
                        rules: {
                            action: {
                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                destination?: string;
                                /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                                destinations?: {
                                    /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                    url: string;
                                    /** @description Share of visitors, relative to the others. */
                                    weight: number;
                                }[];
                                /**
                                 * @description Names of parameters of the click that are handed on, or `all`.
                                 * @default []
                                 */
                                passthrough: string[] | "all";
                                /** @default [] */
                                tags: string[];
                                /** @enum {string} */
                                type: "redirect";
                            } | {
                                /** @default [] */
                                tags: string[];
                                /** @enum {string} */
                                type: "block";
                            };
                            caps?: {
                                clicks_per_day?: number;
                                conversions_per_day?: number;
                                /**
                                 * @description Above a cap: the next matching rule, the default action of the campaign, or another URL.
                                 * @default next
                                 */
                                overflow: "next" | "default" | {
                                    /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                    url: string;
                                };
                                /** @description IANA name. Decides hour, weekday, date and the day of caps. */
                                timezone?: string;
                            };
                            /** @description All must hold. Empty: the rule always matches. */
                            conditions: components["schemas"]["Condition"][];
                            /**
                             * @description Higher ones are tried first; equal ones in the order of the list.
                             * @default 0
                             */
                            priority: number;
                            /** @description Recorded with each click. Given by the server when left out. */
                            rule_id?: string;
                            /**
                             * @description Free text.
                             * @default custom
                             */
                            type: string;
                        }[];
                        /** @enum {string} */
                        status: "active" | "paused" | "archived";
                        time_range: {
                            end: string;
                            start: string;
                        } | null;
                        timezone: string;
                        /** @description One per domain. */
                        tracking_links: {
                            hostname: string;
                            /** @description What visitors follow; append `click_id`, `source` and so on. */
                            url: string;
                        }[];
                        /** Format: date-time */
                        updated_at: string;
                        /** @description Rises with each change; also the `ETag`. */
                        version: number;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewRetroactiveRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The campaign_id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Which traffic. Left out: the time_range of the campaign. */
                    time_range?: {
                        /** @description ISO 8601, exclusive. */
                        end: string;
                        /** @description ISO 8601, inclusive. A bare date is midnight. */
                        start: string;
                        /** @description IANA name for times without offset; the campaign's when left out. */
                        timezone?: string;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of the clicks and visits, those of robots; reports leave them out. */
                        bots: number;
                        campaign_id: string;
                        clicks: number;
                        conversions: number;
                        /** @description Clicks and visits that a run would attribute now. */
                        events_total: number;
                        /** @description Oldest first; months without such traffic are left out. */
                        months: {
                            /** @description Of the clicks and visits, those of robots; reports leave them out. */
                            bots: number;
                            clicks: number;
                            conversions: number;
                            /** @description UTC, `2024-03`. */
                            month: string;
                            /** @description Visits that came by no redirect. */
                            visits: number;
                        }[];
                        /** @description Clicks and visits by the first rule that takes them, in the order of the rules. */
                        rules: {
                            events: number;
                            rule_id: string;
                        }[];
                        time_range: {
                            /** @description UTC, exclusive. */
                            end: string;
                            /** @description UTC, inclusive. */
                            start: string;
                        };
                        /** @description Visits that came by no redirect. */
                        visits: number;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRetroactiveRuns: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The campaign_id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                        /** @description Newest first. */
                        runs: {
                            campaign_id: string;
                            /** @description Conversions that carry the run now. */
                            conversions_attributed: number;
                            created_at: string;
                            /** @description Why the last step failed. The run goes on unless its status is failed. */
                            error: string | null;
                            /** @description Clicks and visits that carry the run now. */
                            events_attributed: number;
                            /** @description Clicks and visits that were found when the run began. */
                            events_total_estimate: number;
                            finished_at: string | null;
                            /** @description Of the attribution, or of its undo. */
                            progress: number;
                            /** @description The key_id. */
                            requested_by: string;
                            /** @description What the run claims with: the rules as they were when it was asked for. */
                            rules: {
                                rule_id: string;
                                tags: string[];
                            }[];
                            run_id: string;
                            started_at: string | null;
                            /** @enum {string} */
                            status: "queued" | "running" | "cancelling" | "cancelled" | "done" | "undoing" | "undone" | "failed";
                            time_range: {
                                /** @description UTC, exclusive. */
                                end: string;
                                /** @description UTC, inclusive. */
                                start: string;
                            };
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startRetroactiveRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The campaign_id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Which traffic. Left out: the time_range of the campaign. */
                    time_range?: {
                        /** @description ISO 8601, exclusive. */
                        end: string;
                        /** @description ISO 8601, inclusive. A bare date is midnight. */
                        start: string;
                        /** @description IANA name for times without offset; the campaign's when left out. */
                        timezone?: string;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        campaign_id: string;
                        /** @description Conversions that carry the run now. */
                        conversions_attributed: number;
                        created_at: string;
                        /** @description Why the last step failed. The run goes on unless its status is failed. */
                        error: string | null;
                        /** @description Clicks and visits that carry the run now. */
                        events_attributed: number;
                        /** @description Clicks and visits that were found when the run began. */
                        events_total_estimate: number;
                        finished_at: string | null;
                        /** @description Of the attribution, or of its undo. */
                        progress: number;
                        /** @description The key_id. */
                        requested_by: string;
                        /** @description What the run claims with: the rules as they were when it was asked for. */
                        rules: {
                            rule_id: string;
                            tags: string[];
                        }[];
                        run_id: string;
                        started_at: string | null;
                        /** @enum {string} */
                        status: "queued" | "running" | "cancelling" | "cancelled" | "done" | "undoing" | "undone" | "failed";
                        time_range: {
                            /** @description UTC, exclusive. */
                            end: string;
                            /** @description UTC, inclusive. */
                            start: string;
                        };
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRetroactiveRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The campaign_id. */
                id: string;
                /** @description The run_id. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        campaign_id: string;
                        /** @description Conversions that carry the run now. */
                        conversions_attributed: number;
                        created_at: string;
                        /** @description Why the last step failed. The run goes on unless its status is failed. */
                        error: string | null;
                        /** @description Clicks and visits that carry the run now. */
                        events_attributed: number;
                        /** @description Clicks and visits that were found when the run began. */
                        events_total_estimate: number;
                        finished_at: string | null;
                        /** @description Of the attribution, or of its undo. */
                        progress: number;
                        /** @description The key_id. */
                        requested_by: string;
                        /** @description What the run claims with: the rules as they were when it was asked for. */
                        rules: {
                            rule_id: string;
                            tags: string[];
                        }[];
                        run_id: string;
                        started_at: string | null;
                        /** @enum {string} */
                        status: "queued" | "running" | "cancelling" | "cancelled" | "done" | "undoing" | "undone" | "failed";
                        time_range: {
                            /** @description UTC, exclusive. */
                            end: string;
                            /** @description UTC, inclusive. */
                            start: string;
                        };
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelRetroactiveRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The campaign_id. */
                id: string;
                /** @description The run_id. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        campaign_id: string;
                        /** @description Conversions that carry the run now. */
                        conversions_attributed: number;
                        created_at: string;
                        /** @description Why the last step failed. The run goes on unless its status is failed. */
                        error: string | null;
                        /** @description Clicks and visits that carry the run now. */
                        events_attributed: number;
                        /** @description Clicks and visits that were found when the run began. */
                        events_total_estimate: number;
                        finished_at: string | null;
                        /** @description Of the attribution, or of its undo. */
                        progress: number;
                        /** @description The key_id. */
                        requested_by: string;
                        /** @description What the run claims with: the rules as they were when it was asked for. */
                        rules: {
                            rule_id: string;
                            tags: string[];
                        }[];
                        run_id: string;
                        started_at: string | null;
                        /** @enum {string} */
                        status: "queued" | "running" | "cancelling" | "cancelled" | "done" | "undoing" | "undone" | "failed";
                        time_range: {
                            /** @description UTC, exclusive. */
                            end: string;
                            /** @description UTC, inclusive. */
                            start: string;
                        };
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undoRetroactiveRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The campaign_id. */
                id: string;
                /** @description The run_id. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        campaign_id: string;
                        /** @description Conversions that carry the run now. */
                        conversions_attributed: number;
                        created_at: string;
                        /** @description Why the last step failed. The run goes on unless its status is failed. */
                        error: string | null;
                        /** @description Clicks and visits that carry the run now. */
                        events_attributed: number;
                        /** @description Clicks and visits that were found when the run began. */
                        events_total_estimate: number;
                        finished_at: string | null;
                        /** @description Of the attribution, or of its undo. */
                        progress: number;
                        /** @description The key_id. */
                        requested_by: string;
                        /** @description What the run claims with: the rules as they were when it was asked for. */
                        rules: {
                            rule_id: string;
                            tags: string[];
                        }[];
                        run_id: string;
                        started_at: string | null;
                        /** @enum {string} */
                        status: "queued" | "running" | "cancelling" | "cancelled" | "done" | "undoing" | "undone" | "failed";
                        time_range: {
                            /** @description UTC, exclusive. */
                            end: string;
                            /** @description UTC, inclusive. */
                            start: string;
                        };
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testCampaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `campaign_id`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description When it happens; now by default.
                     */
                    at?: string;
                    browser?: string;
                    browser_version?: string;
                    city?: string;
                    click_id?: string;
                    country?: string;
                    device_type?: string;
                    fraud_score?: number;
                    headers?: {
                        [key: string]: string;
                    };
                    ip?: string;
                    is_bot?: boolean;
                    /** @description Whether the visitor is a new one; true by default. */
                    is_unique?: boolean;
                    language?: string;
                    medium?: string;
                    os?: string;
                    os_version?: string;
                    /** @description More parameters, as text or by name. */
                    query?: string | {
                        [key: string]: string;
                    };
                    referer?: string;
                    region?: string;
                    source?: string;
                    /** @description The link that is followed, with its query; the link of the campaign by default. */
                    url?: string;
                    user_agent?: string;
                    /** @description Decides which one of several destinations the visitor gets. */
                    user_id?: string;
                };
            };
        };
        responses: {
            /** @description What the engine would do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of the rule, or null. How far they are used is not looked at: room is assumed. */
                        caps: unknown;
                        /** @enum {string} */
                        decided_by: "rule" | "default_action" | "fallback_url" | "nothing";
                        /** @description Where the visitor is sent. */
                        destination: string | null;
                        /** @description All of a split; empty when there is none. */
                        destinations: {
                            /** @description Whether this visitor gets it. */
                            is_chosen: boolean;
                            /** @description Of all visitors, 0 to 1. */
                            share: number;
                            /** @description With the macros filled in. */
                            url: string;
                            weight: number;
                        }[];
                        /**
                         * @description What the engine would answer: 302, 403 or 404.
                         * @enum {string}
                         */
                        outcome: "redirect" | "block" | "not_found";
                        /** @description Why, in words. */
                        reason: string;
                        /** @description The rule that takes the request. */
                        rule_id: string | null;
                        /** @description Every rule in the order in which they are tried, and what it made of the request. */
                        rules: {
                            conditions?: Record<string, never>[];
                            matched?: boolean;
                            priority?: number;
                            rule_id?: string | null;
                        }[];
                        tags: string[];
                        /** @description What the rules could read of the request, as it was understood. */
                        visitor: {
                            [key: string]: string | number | boolean | null;
                        };
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRuleSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Made from the table by which rules are checked and matched. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        fields: {
                            /** @description `param.` and `header.` are followed by a name. */
                            field: string;
                            hint: string;
                            operators: string[];
                            /** @description Whether a name follows, as in `param.sub1`. */
                            takes_name: boolean;
                            /** @enum {string} */
                            type: "text" | "version" | "address" | "number" | "boolean" | "date";
                            /** @description The only values that there are. */
                            values?: string[];
                        }[];
                        limits: {
                            /** @description Of a rule, at all depths together. */
                            comparisons: number;
                            /** @description Of conditions that join others. */
                            depth: number;
                            destination_length: number;
                            /** @description Of an action. */
                            destinations: number;
                            /** @description Of `in` and `not_in`. */
                            list_values: number;
                            /** @description Of `in_cidr`. */
                            networks: number;
                            passthrough_names: number;
                            /** @description Comparisons with `matches`, of a campaign. */
                            patterns: number;
                            /** @description Of a campaign. */
                            rules: number;
                            tags: number;
                            /** @description Of a value. */
                            text_length: number;
                        };
                        macros: {
                            /** @description With its braces. */
                            macro: string;
                            meaning: string;
                        }[];
                        operators: {
                            label: string;
                            operator: string;
                            /**
                             * @description What `value` is: left out, one value, a list, or `[from, to]`.
                             * @enum {string}
                             */
                            takes: "none" | "one" | "list" | "range";
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listConversions: {
        parameters: {
            query?: {
                /** @description Empty or `none`: conversions without a campaign. */
                campaign_id?: string;
                /** @description As it was sent. */
                click_id?: string;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description ISO 8601, exclusive. */
                end?: string;
                /** @description The name of the conversion, such as `sale`. */
                event?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
                /** @description Whether their click was found. */
                matched?: "true" | "false";
                order_id?: string;
                /** @description ISO 8601, inclusive; a bare date is its midnight in `timezone`. */
                start?: string;
                /** @description IANA name, such as Europe/Berlin: what a day and an hour are. UTC by default. */
                timezone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, the newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conversions: {
                            campaign_id: string | null;
                            /** @description The `event_id` of the click. */
                            click_event_id: string | null;
                            /** @description As it was sent: the click's `click_id` or `event_id`. */
                            click_id: string;
                            conversion_event: string;
                            /** @description In `currency`. */
                            conversion_value: number;
                            /**
                             * Format: date-time
                             * @description When it was received.
                             */
                            created_at: string;
                            currency: string;
                            event_id: string;
                            /** @description Whether its click was found. */
                            matched: boolean;
                            matched_at: string | null;
                            metadata: {
                                [key: string]: unknown;
                            };
                            next_look_at: string | null;
                            /** @description Empty when none was sent. */
                            order_id: string;
                            /**
                             * @description Whether reports have it. `waiting`: not yet; a conversion waits up to five seconds for its click. `published`: yes. `correcting`: yes, and its click follows. `refused`: ClickHouse does not take it.
                             * @enum {string}
                             */
                            publication: "waiting" | "published" | "correcting" | "refused";
                            /** @description `not_looked_for`: it has only just come. `click_unknown`: no click with this id is recorded yet; it is looked for again at `next_look_at`, for 90 days in all. `search_ended`: those are over. */
                            unmatched_reason: ("not_looked_for" | "click_unknown" | "search_ended") | null;
                            user_id: string | null;
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConversionSummary: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By the time at which conversions were received. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        last_7_days: {
                            conversions: number;
                            matched: number;
                            /** @description Those that ClickHouse does not take. */
                            refused: number;
                            unmatched: number;
                        };
                        last_24_hours: {
                            conversions: number;
                            matched: number;
                            /** @description Those that ClickHouse does not take. */
                            refused: number;
                            unmatched: number;
                        };
                        oldest_unmatched: {
                            click_id: string;
                            /** Format: date-time */
                            created_at: string;
                            event_id: string;
                        } | null;
                        /** @description Of all time. */
                        unmatched: number;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testPostback: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A postback as it would be sent to the engine as JSON. Other members are metadata. */
        requestBody: {
            content: {
                "application/json": {
                    click_id?: unknown;
                    /** @description ISO 4217; the organisation's when left out. */
                    currency?: unknown;
                    /** @description `conversion` when left out. */
                    event?: unknown;
                    /** @description `txid` means the same. */
                    order_id?: unknown;
                    /** @description 0 when left out. `payout` means the same. */
                    value?: unknown;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description What would come of it. Nothing is stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The click that it would belong to; null when no click with this id is recorded. */
                        click: {
                            campaign_id: string | null;
                            click_id: string;
                            country: string;
                            device_type: string;
                            event_id: string;
                            /** @description ISO 8601. */
                            event_time: string;
                            fraud_score: number;
                            is_blocked: boolean;
                            is_bot: boolean;
                            medium: string | null;
                            rule_id: string;
                            source: string;
                            user_id: string;
                        } | null;
                        /** @description As it would be stored; null when it is invalid. */
                        conversion: {
                            click_id: string;
                            conversion_event: string;
                            conversion_value: number;
                            currency: string;
                            metadata: {
                                [key: string]: string;
                            };
                            order_id: string;
                        } | null;
                        /** @description The conversion that was first. */
                        duplicate_of: {
                            /** Format: date-time */
                            created_at: string;
                            event_id: string;
                            matched: boolean;
                        } | null;
                        /** @description What is wrong with which field. */
                        errors: {
                            message: string;
                            path: string;
                        }[];
                        /** @description That the conversion would have, or has. */
                        event_id: string | null;
                        /** @description The status with which it would answer. */
                        http_status: number;
                        /** @description The same in words, for people. */
                        reason: string;
                        /**
                         * @description What the engine would answer.
                         * @enum {string}
                         */
                        status: "accepted" | "duplicate" | "invalid";
                        /** @description What would be cut or left out. */
                        warnings: {
                            message: string;
                            path: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCurrencyRates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rates that reports use. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description By currency: what one unit of it is worth, as decimal text. */
                        rates: {
                            [key: string]: string;
                        };
                        /** @description ISO 4217: what amounts are in. */
                        reporting_currency: string;
                        updated_at: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceCurrencyRates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description All rates; those left out are forgotten. Text (`"1.0834"`) or number. */
                    rates: {
                        [key: string]: string | number;
                    };
                };
            };
        };
        responses: {
            /** @description The rates that reports use. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description By currency: what one unit of it is worth, as decimal text. */
                        rates: {
                            [key: string]: string;
                        };
                        /** @description ISO 4217: what amounts are in. */
                        reporting_currency: string;
                        updated_at: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDomains: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        domains: {
                            /** Format: date-time */
                            created_at: string;
                            hostname: string;
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addDomain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Without port; in any case. */
                    hostname: string;
                };
            };
        };
        responses: {
            /** @description The host name, in lower case. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        hostname: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeDomain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Without port; in any case. */
                hostname: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Empty or `none`: events without a campaign. */
                campaign_id?: string;
                click_id?: string;
                /** @description ISO 3166, such as DE. */
                country?: string;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description ISO 8601, exclusive. */
                end?: string;
                event_id?: string;
                /** @description `click`, the type of a visit, or the name of a conversion. */
                event_type?: string;
                /** @description An address, or a network such as 10.0.0.0/8. */
                ip?: string;
                /** @description Whether the address was blocked. */
                is_blocked?: "0" | "1" | "true" | "false";
                is_bot?: "0" | "1" | "true" | "false";
                /** @description Entries at most, 1 to 200. */
                limit?: number;
                /** @description The `since` of an earlier answer: what has arrived after it. Cannot stand beside `cursor`, `start` and `end`. */
                since?: string;
                source?: string;
                /** @description ISO 8601, inclusive; a bare date is its midnight in `timezone`. */
                start?: string;
                /** @description IANA name, such as Europe/Berlin: what a day and an hour are. UTC by default. */
                timezone?: string;
                user_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, the newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: {
                            browser: string;
                            campaign_id: string | null;
                            city: string;
                            click_id: string;
                            conversion_currency: string;
                            /** @description Empty unless the event is a conversion. */
                            conversion_event: string;
                            /** @description In `conversion_currency`; 0 unless it is a conversion. */
                            conversion_value: number;
                            country: string;
                            destination: string;
                            device_type: string;
                            event_id: string;
                            /** @description ISO 8601. */
                            event_time: string;
                            /** @description `click`, the type of a visit, or the name of a conversion. */
                            event_type: string;
                            fraud_reasons: string[];
                            /** @description 0 to 1, as it was judged then. */
                            fraud_score: number;
                            /** @description ISO 8601: when the store got it, in whole seconds. */
                            ingested_at: string;
                            ip: string;
                            is_blocked: boolean;
                            is_bot: boolean;
                            is_unique: boolean;
                            medium: string | null;
                            order_id: string;
                            os: string;
                            referer: string;
                            region: string;
                            rule_id: string;
                            source: string;
                            tags: string[];
                            url: string;
                            user_id: string;
                        }[];
                        /** @description With `since`: false when more has arrived than `limit`; then these are the newest. */
                        is_complete: boolean;
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                        /** @description Send it as `since` to be told of what arrives after this answer. */
                        since: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFraudAudit: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: {
                            /** @description `block_added`, `block_removed`, `never_block_added`, `never_block_removed`, `alert_raised`, `alert_resolved`, `settings_changed`, `webhook_created`, `webhook_deleted`, `webhook_enabled`, `webhook_disabled`. */
                            action: string;
                            /** @description The id of the key that was used, or `automatic`. */
                            actor: string;
                            /** Format: date-time */
                            at: string;
                            detail: {
                                [key: string]: unknown;
                            };
                            entry_id: string;
                            /** @description A network, the id of an alert or of a webhook; empty for settings. */
                            subject: string;
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBlocks: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        blocks: {
                            block_id: string;
                            /** @description Of automatic ones, when they were made. */
                            confidence: number | null;
                            /** Format: date-time */
                            created_at: string;
                            /** @description The id of the key that was used, or `automatic`. */
                            created_by: string;
                            /** @description CIDR form. */
                            network: string;
                            /** @description Of `click_flood`, `single_agent`, `rapid_fire`, `agent_swarm`. */
                            patterns: {
                                /** @description 0 to 1. */
                                confidence: number;
                                pattern: string;
                            }[];
                            reason: string;
                            /** @enum {string} */
                            source: "manual" | "automatic";
                            /** @description Null: until it is removed. */
                            until: string | null;
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addBlock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description An address or a network: `198.51.100.7`, `198.51.100.0/24`, `2001:db8::/48`. An IPv6 address stands for its /64. */
                    network: string;
                    /** @description For those who read the list later. */
                    reason: string;
                    /**
                     * @description When it ends by itself; null: not before it is removed.
                     * @default null
                     */
                    until?: string | null;
                };
            };
        };
        responses: {
            /** @description The entry. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        block_id: string;
                        /** @description Of automatic ones, when they were made. */
                        confidence: number | null;
                        /** Format: date-time */
                        created_at: string;
                        /** @description The id of the key that was used, or `automatic`. */
                        created_by: string;
                        /** @description CIDR form. */
                        network: string;
                        /** @description Of `click_flood`, `single_agent`, `rapid_fire`, `agent_swarm`. */
                        patterns: {
                            /** @description 0 to 1. */
                            confidence: number;
                            pattern: string;
                        }[];
                        reason: string;
                        /** @enum {string} */
                        source: "manual" | "automatic";
                        /** @description Null: until it is removed. */
                        until: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeBlock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                block_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The removed entry. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        block_id: string;
                        /** @description Of automatic ones, when they were made. */
                        confidence: number | null;
                        /** Format: date-time */
                        created_at: string;
                        /** @description The id of the key that was used, or `automatic`. */
                        created_by: string;
                        /** @description CIDR form. */
                        network: string;
                        /** @description Of `click_flood`, `single_agent`, `rapid_fire`, `agent_swarm`. */
                        patterns: {
                            /** @description 0 to 1. */
                            confidence: number;
                            pattern: string;
                        }[];
                        reason: string;
                        removed_at: string | null;
                        removed_by: string | null;
                        /** @enum {string} */
                        source: "manual" | "automatic";
                        /** @description Null: until it is removed. */
                        until: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNeverBlock: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        never_block: {
                            block_id: string;
                            /** Format: date-time */
                            created_at: string;
                            /** @description The id of the key that was used, or `automatic`. */
                            created_by: string;
                            /** @description CIDR form. */
                            network: string;
                            reason: string;
                            /** @description Null: until it is removed. */
                            until: string | null;
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addNeverBlock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description An address or a network: `198.51.100.7`, `198.51.100.0/24`, `2001:db8::/48`. An IPv6 address stands for its /64. */
                    network: string;
                    /** @description For those who read the list later. */
                    reason: string;
                    /**
                     * @description When it ends by itself; null: not before it is removed.
                     * @default null
                     */
                    until?: string | null;
                };
            };
        };
        responses: {
            /** @description The entry. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        block_id: string;
                        /** Format: date-time */
                        created_at: string;
                        /** @description The id of the key that was used, or `automatic`. */
                        created_by: string;
                        /** @description CIDR form. */
                        network: string;
                        reason: string;
                        /** @description Null: until it is removed. */
                        until: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeNeverBlock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                block_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The removed entry. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        block_id: string;
                        /** Format: date-time */
                        created_at: string;
                        /** @description The id of the key that was used, or `automatic`. */
                        created_by: string;
                        /** @description CIDR form. */
                        network: string;
                        reason: string;
                        removed_at: string | null;
                        removed_by: string | null;
                        /** @description Null: until it is removed. */
                        until: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFraudScores: {
        parameters: {
            query?: {
                /** @description Only this one. */
                address?: string;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
                min_confidence?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                        scores: {
                            /** @description An IPv4 address, or the /64 network of IPv6 addresses. */
                            address: string;
                            /** @description 0 to 1: all patterns together. */
                            confidence: number;
                            country: string;
                            /**
                             * Format: date-time
                             * @description A day later.
                             */
                            expires_at: string;
                            /** @description Of `click_flood`, `single_agent`, `rapid_fire`, `agent_swarm`. */
                            patterns: {
                                /** @description 0 to 1. */
                                confidence: number;
                                pattern: string;
                            }[];
                            /**
                             * Format: date-time
                             * @description When it was detected.
                             */
                            updated_at: string;
                            /** @description One hour of the address. */
                            window: {
                                /** @description Distinct user agents. */
                                agents: number;
                                /** @description Distinct click ids. */
                                click_ids: number;
                                clicks: number;
                                /** @description Standard deviation of the intervals ÷ their mean: 0 like clockwork, 1 by chance. */
                                interval_variation: number;
                                mean_interval_ms: number;
                            };
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFraudSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With defaults for what was never set. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Confidence above which an alert is raised. */
                        alert_above: number;
                        /** @description Confidence above which an address is blocked; 1: never. */
                        block_above: number;
                        /** @description How long an automatic block holds. */
                        block_hours: number;
                        /**
                         * @description What blocked visitors get: 403, the safe URL, or the usual redirect, only marked.
                         * @enum {string}
                         */
                        blocked_answer: "forbid" | "safe_url" | "flag";
                        /** @description `click_flood`: more clicks of an address in an hour. */
                        click_flood_clicks: number;
                        /** @description false: nothing is counted, scored or blocked by itself; blocks that exist still hold. */
                        enabled: boolean;
                        /** @description A conversion sooner after its click is implausible. */
                        quick_conversion_ms: number;
                        /** @description … over at least so many clicks. */
                        rapid_fire_clicks: number;
                        /** @description `rapid_fire`: a mean interval below … */
                        rapid_fire_interval_ms: number;
                        /** @description For `safe_url`; null: the fallback URL of the organisation, else 403. */
                        safe_url: string | null;
                        /** @description `single_agent`: more clicks with one user agent. */
                        single_agent_clicks: number;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setFraudSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Confidence above which an alert is raised. */
                    alert_above?: number;
                    /** @description Confidence above which an address is blocked; 1: never. */
                    block_above?: number;
                    /** @description How long an automatic block holds. */
                    block_hours?: number;
                    /**
                     * @description What blocked visitors get: 403, the safe URL, or the usual redirect, only marked.
                     * @enum {string}
                     */
                    blocked_answer?: "forbid" | "safe_url" | "flag";
                    /** @description `click_flood`: more clicks of an address in an hour. */
                    click_flood_clicks?: number;
                    /** @description false: nothing is counted, scored or blocked by itself; blocks that exist still hold. */
                    enabled?: boolean;
                    /** @description A conversion sooner after its click is implausible. */
                    quick_conversion_ms?: number;
                    /** @description … over at least so many clicks. */
                    rapid_fire_clicks?: number;
                    /** @description `rapid_fire`: a mean interval below … */
                    rapid_fire_interval_ms?: number;
                    /** @description For `safe_url`; null: the fallback URL of the organisation, else 403. */
                    safe_url?: string | null;
                    /** @description `single_agent`: more clicks with one user agent. */
                    single_agent_clicks?: number;
                };
            };
        };
        responses: {
            /** @description What holds then, complete. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Confidence above which an alert is raised. */
                        alert_above: number;
                        /** @description Confidence above which an address is blocked; 1: never. */
                        block_above: number;
                        /** @description How long an automatic block holds. */
                        block_hours: number;
                        /**
                         * @description What blocked visitors get: 403, the safe URL, or the usual redirect, only marked.
                         * @enum {string}
                         */
                        blocked_answer: "forbid" | "safe_url" | "flag";
                        /** @description `click_flood`: more clicks of an address in an hour. */
                        click_flood_clicks: number;
                        /** @description false: nothing is counted, scored or blocked by itself; blocks that exist still hold. */
                        enabled: boolean;
                        /** @description A conversion sooner after its click is implausible. */
                        quick_conversion_ms: number;
                        /** @description … over at least so many clicks. */
                        rapid_fire_clicks: number;
                        /** @description `rapid_fire`: a mean interval below … */
                        rapid_fire_interval_ms: number;
                        /** @description For `safe_url`; null: the fallback URL of the organisation, else 403. */
                        safe_url: string | null;
                        /** @description `single_agent`: more clicks with one user agent. */
                        single_agent_clicks: number;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testFraudSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Until now.
                     * @default 1
                     */
                    days?: number;
                    /**
                     * @description What is tried out; what is left out is as it is set now.
                     * @default {}
                     */
                    settings?: {
                        /** @description Confidence above which an alert is raised. */
                        alert_above?: number;
                        /** @description Confidence above which an address is blocked; 1: never. */
                        block_above?: number;
                        /** @description How long an automatic block holds. */
                        block_hours?: number;
                        /** @description `click_flood`: more clicks of an address in an hour. */
                        click_flood_clicks?: number;
                        /** @description … over at least so many clicks. */
                        rapid_fire_clicks?: number;
                        /** @description `rapid_fire`: a mean interval below … */
                        rapid_fire_interval_ms?: number;
                        /** @description `single_agent`: more clicks with one user agent. */
                        single_agent_clicks?: number;
                    };
                };
            };
        };
        responses: {
            /** @description What would have been found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        addresses: number;
                        /** @description Addresses above `block_above`. */
                        blocked: number;
                        /** @description Clicks that would have found their address blocked. */
                        blocked_clicks: number;
                        clicks: number;
                        definition_version: number;
                        end: string;
                        /** @description The hundred addresses with the most confidence. */
                        first: {
                            /** @description An IPv4 address, or the /64 network of IPv6 addresses. */
                            address: string;
                            /** @description Null: never. */
                            blocked_at: string | null;
                            blocked_clicks: number;
                            clicks: number;
                            /** @description The highest of any hour. */
                            confidence: number;
                            country: string;
                            /** @description ISO 8601; the end of the five minutes in which it was. */
                            flagged_at: string;
                            /** @description Of `click_flood`, `single_agent`, `rapid_fire`, `agent_swarm`. */
                            patterns: {
                                /** @description 0 to 1. */
                                confidence: number;
                                pattern: string;
                            }[];
                            suspicious_clicks: number;
                        }[];
                        /** @description Addresses above `alert_above`. */
                        flagged: number;
                        /** @description Addresses that showed the pattern; one can show several. */
                        patterns: {
                            blocked: number;
                            flagged: number;
                            /** @enum {string} */
                            pattern: "click_flood" | "single_agent" | "rapid_fire" | "agent_swarm";
                        }[];
                        /** @description Those that were tried out, complete. */
                        settings: {
                            /** @description Confidence above which an alert is raised. */
                            alert_above: number;
                            /** @description Confidence above which an address is blocked; 1: never. */
                            block_above: number;
                            /** @description How long an automatic block holds. */
                            block_hours: number;
                            /**
                             * @description What blocked visitors get: 403, the safe URL, or the usual redirect, only marked.
                             * @enum {string}
                             */
                            blocked_answer: "forbid" | "safe_url" | "flag";
                            /** @description `click_flood`: more clicks of an address in an hour. */
                            click_flood_clicks: number;
                            /** @description false: nothing is counted, scored or blocked by itself; blocks that exist still hold. */
                            enabled: boolean;
                            /** @description A conversion sooner after its click is implausible. */
                            quick_conversion_ms: number;
                            /** @description … over at least so many clicks. */
                            rapid_fire_clicks: number;
                            /** @description `rapid_fire`: a mean interval below … */
                            rapid_fire_interval_ms: number;
                            /** @description For `safe_url`; null: the fallback URL of the organisation, else 403. */
                            safe_url: string | null;
                            /** @description `single_agent`: more clicks with one user agent. */
                            single_agent_clicks: number;
                        };
                        /** @description ISO 8601. */
                        start: string;
                        /** @description Clicks in five minutes at whose end their address was above `alert_above`. */
                        suspicious_clicks: number;
                        /** @description true: there were more addresses than are counted here. */
                        truncated: boolean;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
                /** @description Whose keys; the organisation of the key that asks when left out. */
                organization_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: {
                            /** Format: date-time */
                            created_at: string;
                            expires_at: string | null;
                            key_id: string;
                            /** @description How the key begins, to recognise it by. */
                            key_prefix: string;
                            name: string;
                            organization_id: string;
                            revoked_at: string | null;
                            scopes: string[];
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description A word in the key that tells people what it is for; both do the same.
                     * @default live
                     * @enum {string}
                     */
                    environment?: "live" | "test";
                    /**
                     * @description When it ends by itself; null: never.
                     * @default null
                     */
                    expires_at?: string | null;
                    /** @description What people call the key. */
                    name: string;
                    /** @description Whose keys; the organisation of the key that asks when left out. */
                    organization_id?: string;
                    /** @description What the key may do; only what the key that asks may do itself. */
                    scopes: ("traffic:write" | "postbacks:write" | "campaigns:read" | "campaigns:write" | "analytics:read" | "fraud:write" | "admin")[];
                };
            };
        };
        responses: {
            /** @description The key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        expires_at: string | null;
                        /** @description The key itself. It is shown this once and stored nowhere. */
                        key: string;
                        key_id: string;
                        /** @description How the key begins, to recognise it by. */
                        key_prefix: string;
                        name: string;
                        organization_id: string;
                        revoked_at: string | null;
                        scopes: string[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: {
                /** @description Whose keys; the organisation of the key that asks when left out. */
                organization_id?: string;
            };
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The revoked key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        expires_at: string | null;
                        key_id: string;
                        /** @description How the key begins, to recognise it by. */
                        key_prefix: string;
                        name: string;
                        organization_id: string;
                        revoked_at: string | null;
                        scopes: string[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenApiDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOrganizations: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                        organizations: {
                            cookies: boolean;
                            /** Format: date-time */
                            created_at: string;
                            currency: string;
                            fallback_url: string | null;
                            name: string;
                            organization_id: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Whether redirects set the cookie `trl_uid`.
                     * @default true
                     */
                    cookies?: boolean;
                    /**
                     * @description Of conversions that name none.
                     * @default USD
                     */
                    currency?: string;
                    /**
                     * @description Where clicks go that no campaign takes; macros as in destinations. Null: 404.
                     * @default null
                     */
                    fallback_url?: string | null;
                    /** @default {} */
                    first_key?: {
                        /** @default first key */
                        name?: string;
                        /** @description All but `admin` when left out. */
                        scopes?: ("traffic:write" | "postbacks:write" | "campaigns:read" | "campaigns:write" | "analytics:read" | "fraud:write" | "admin")[];
                    };
                    /** @description What people call the organisation. */
                    name: string;
                    /** @description Made from the name when left out. */
                    organization_id?: string;
                };
            };
        };
        responses: {
            /** @description It, and its first key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cookies: boolean;
                        /** Format: date-time */
                        created_at: string;
                        currency: string;
                        fallback_url: string | null;
                        first_key: {
                            /** Format: date-time */
                            created_at: string;
                            expires_at: string | null;
                            /** @description The key itself. It is shown this once and stored nowhere. */
                            key: string;
                            key_id: string;
                            /** @description How the key begins, to recognise it by. */
                            key_prefix: string;
                            name: string;
                            organization_id: string;
                            revoked_at: string | null;
                            scopes: string[];
                        };
                        name: string;
                        organization_id: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organization_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cookies: boolean;
                        /** Format: date-time */
                        created_at: string;
                        currency: string;
                        fallback_url: string | null;
                        name: string;
                        organization_id: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organization_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Whether redirects set the cookie `trl_uid`. */
                    cookies?: boolean;
                    /** @description Of conversions that name none. */
                    currency?: string;
                    /** @description Where clicks go that no campaign takes; macros as in destinations. Null: 404. */
                    fallback_url?: string | null;
                    /** @description What people call the organisation. */
                    name?: string;
                };
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cookies: boolean;
                        /** Format: date-time */
                        created_at: string;
                        currency: string;
                        fallback_url: string | null;
                        name: string;
                        organization_id: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discoverPatterns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Patterns at most.
                     * @default 20
                     */
                    limit?: number;
                    /**
                     * @description 0: anything that chance does not explain; 1: nothing.
                     * @default 0.8
                     */
                    min_confidence?: number;
                    /**
                     * @description Events that a pattern has at least.
                     * @default 100
                     */
                    min_traffic?: number;
                    time_range: {
                        /** @description ISO 8601, exclusive. */
                        end: string;
                        /** @description ISO 8601, inclusive; a bare date is its midnight. */
                        start: string;
                    };
                    /** @description IANA name; decides hours and weekdays, and what a bare date means. UTC by default. */
                    timezone?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The most confident first. */
                        patterns: {
                            characteristics: {
                                /** @description ISO 3166-1 alpha-2. Empty: like all other traffic. */
                                countries: string[];
                                /** @description Empty: like all other traffic. */
                                device_types: string[];
                                /** @description Hosts of the referring site, or the source, or `direct`. */
                                source: string[];
                                time_patterns: {
                                    /** @description `monday` …. Empty: like all other traffic. */
                                    peak_days: string[];
                                    /** @description 0 to 23. Empty: like all other traffic. */
                                    peak_hours: number[];
                                };
                            };
                            /** @description 0 to 1, cut to two decimals. */
                            confidence: number;
                            /** @description The same for the same pattern, whenever it is found. */
                            pattern_id: string;
                            /** @description Clicks and visits that the rules match; from a sample, see `searched`. */
                            sample_size: number;
                            suggested_campaign: {
                                /** @description Body for `POST /api/v1/campaigns`, as it is. */
                                campaign: {
                                    campaign_id: string;
                                    name: string;
                                    /** @enum {boolean} */
                                    retroactive: true;
                                    rules: {
                                        action: {
                                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                            destination?: string;
                                            /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                                            destinations?: {
                                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                                url: string;
                                                /** @description Share of visitors, relative to the others. */
                                                weight: number;
                                            }[];
                                            /**
                                             * @description Names of parameters of the click that are handed on, or `all`.
                                             * @default []
                                             */
                                            passthrough: string[] | "all";
                                            /** @default [] */
                                            tags: string[];
                                            /** @enum {string} */
                                            type: "redirect";
                                        } | {
                                            /** @default [] */
                                            tags: string[];
                                            /** @enum {string} */
                                            type: "block";
                                        };
                                        caps?: {
                                            clicks_per_day?: number;
                                            conversions_per_day?: number;
                                            /**
                                             * @description Above a cap: the next matching rule, the default action of the campaign, or another URL.
                                             * @default next
                                             */
                                            overflow: "next" | "default" | {
                                                /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                                url: string;
                                            };
                                            /** @description IANA name. Decides hour, weekday, date and the day of caps. */
                                            timezone?: string;
                                        };
                                        /** @description All must hold. Empty: the rule always matches. */
                                        conditions: components["schemas"]["Condition"][];
                                        /**
                                         * @description Higher ones are tried first; equal ones in the order of the list.
                                         * @default 0
                                         */
                                        priority: number;
                                        /** @description Recorded with each click. Given by the server when left out. */
                                        rule_id?: string;
                                        /**
                                         * @description Free text.
                                         * @default custom
                                         */
                                        type: string;
                                    }[];
                                    /** @enum {string} */
                                    status: "active";
                                    time_range: {
                                        end: string;
                                        start: string;
                                    };
                                    timezone: string;
                                };
                                confidence: number;
                                estimated_conversions: number;
                                /** @description Value of the conversions, in the reporting currency. */
                                estimated_value: number;
                                name: string;
                                /** @description Match what the pattern consists of. */
                                rules: {
                                    action: {
                                        /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                        destination?: string;
                                        /** @description Instead of `destination`: split by weight; a visitor always gets the same one. */
                                        destinations?: {
                                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                            url: string;
                                            /** @description Share of visitors, relative to the others. */
                                            weight: number;
                                        }[];
                                        /**
                                         * @description Names of parameters of the click that are handed on, or `all`.
                                         * @default []
                                         */
                                        passthrough: string[] | "all";
                                        /** @default [] */
                                        tags: string[];
                                        /** @enum {string} */
                                        type: "redirect";
                                    } | {
                                        /** @default [] */
                                        tags: string[];
                                        /** @enum {string} */
                                        type: "block";
                                    };
                                    caps?: {
                                        clicks_per_day?: number;
                                        conversions_per_day?: number;
                                        /**
                                         * @description Above a cap: the next matching rule, the default action of the campaign, or another URL.
                                         * @default next
                                         */
                                        overflow: "next" | "default" | {
                                            /** @description URL of http or https with macros such as `{click_id}` or `{param.sub1}`. */
                                            url: string;
                                        };
                                        /** @description IANA name. Decides hour, weekday, date and the day of caps. */
                                        timezone?: string;
                                    };
                                    /** @description All must hold. Empty: the rule always matches. */
                                    conditions: components["schemas"]["Condition"][];
                                    /**
                                     * @description Higher ones are tried first; equal ones in the order of the list.
                                     * @default 0
                                     */
                                    priority: number;
                                    /** @description Recorded with each click. Given by the server when left out. */
                                    rule_id?: string;
                                    /**
                                     * @description Free text.
                                     * @default custom
                                     */
                                    type: string;
                                }[];
                            };
                        }[];
                        searched: {
                            /** @description Unattributed events that were looked at. */
                            events: number;
                            /** @description Of so many events one was looked at; 1: of all. */
                            one_in: number;
                        };
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who asks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key_id: string;
                        organization: {
                            /** @description What reports are in. */
                            currency: string;
                            name: string;
                            organization_id: string;
                        };
                        /** @description What the key that was signed in with allows. */
                        scopes: string[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                };
            };
        };
        responses: {
            /** @description Who has signed in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key_id: string;
                        organization: {
                            /** @description What reports are in. */
                            currency: string;
                            name: string;
                            organization_id: string;
                        };
                        /** @description What the key that was signed in with allows. */
                        scopes: string[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is none any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSystemStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How the installation is doing. It is the same for all organisations. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description ISO 8601. */
                        checked_at: string;
                        /** @description Of this machine; null when it does not answer. */
                        engine: {
                            /** @description Since the engine started. */
                            actor_restarts: number;
                            /** @description For their click, for ClickHouse, or for a correction there. */
                            conversions_waiting: number;
                            /** @description Rows put aside since the engine started. */
                            dead_letters: number;
                            /** @description Since the engine started. */
                            events_dropped: number;
                            /** @description Of the event log that ClickHouse does not have yet. */
                            log_bytes: number;
                            /** @description Requests that are being worked on. */
                            mailbox_depth: number;
                            /** @description Age of the oldest event that ClickHouse does not have yet; 0 without any. */
                            oldest_unshipped_seconds: number;
                            /** @description By part: `ok`, or what is wrong with it. */
                            parts: {
                                [key: string]: string;
                            };
                            /** @description Whether traffic is redirected and recorded. */
                            ready: boolean;
                            uptime_seconds: number;
                        } | null;
                        /** @description Why the engine does not answer. */
                        engine_reason: string | null;
                        stores: {
                            clickhouse: {
                                /** @description From the question to the answer. */
                                latency_ms: number | null;
                                /** @description Why it is not up. */
                                reason: string | null;
                                up: boolean;
                                version: string | null;
                            };
                            postgres: {
                                /** @description From the question to the answer. */
                                latency_ms: number | null;
                                /** @description Why it is not up. */
                                reason: string | null;
                                up: boolean;
                                version: string | null;
                            };
                            /** @description Null: the installation has none. */
                            redis: {
                                /** @description From the question to the answer. */
                                latency_ms: number | null;
                                /** @description Why it is not up. */
                                reason: string | null;
                                up: boolean;
                                version: string | null;
                            } | null;
                        };
                        /** @description Of the admin service. */
                        uptime_seconds: number;
                        versions: {
                            node: string;
                            trellis: string;
                        };
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
                /** @description `dead`: those that are no longer tried. */
                status?: "pending" | "delivered" | "dead";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveries: {
                            attempts: number;
                            /** Format: date-time */
                            created_at: string;
                            delivery_id: string;
                            /** @description The same on each attempt. */
                            event_id: string;
                            event_type: string;
                            finished_at: string | null;
                            last_attempt_at: string | null;
                            last_error: string | null;
                            /** @description The HTTP status; null: no answer came. */
                            last_status: number | null;
                            /** @description null: there will be none by itself. */
                            next_attempt_at: string | null;
                            /** @description What is sent. */
                            payload: unknown;
                            /** @enum {string} */
                            status: "pending" | "delivered" | "dead";
                            webhook_id: string;
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery, waiting again. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attempts: number;
                        /** Format: date-time */
                        created_at: string;
                        delivery_id: string;
                        /** @description The same on each attempt. */
                        event_id: string;
                        event_type: string;
                        finished_at: string | null;
                        last_attempt_at: string | null;
                        last_error: string | null;
                        /** @description The HTTP status; null: no answer came. */
                        last_status: number | null;
                        /** @description null: there will be none by itself. */
                        next_attempt_at: string | null;
                        /** @description What is sent. */
                        payload: unknown;
                        /** @enum {string} */
                        status: "pending" | "delivered" | "dead";
                        webhook_id: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them: there are at most 10. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        webhooks: {
                            /** Format: date-time */
                            created_at: string;
                            /** @description The key that asked for it. */
                            created_by: string;
                            /** @description Events that were not queued because too many waited already. */
                            deliveries_dropped: number;
                            disabled_at: string | null;
                            disabled_reason: string | null;
                            events: string[];
                            /** @description When the first attempt failed of those that no success has followed. */
                            failing_since: string | null;
                            /** @enum {string} */
                            status: "active" | "disabled";
                            url: string;
                            webhook_id: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What it is told of.
                     * @default [
                     *       "fraud_detection"
                     *     ]
                     */
                    events?: "fraud_detection"[];
                    /** @description Of http or https, with a public host; ports 80, 443 and above 1024. */
                    url: string;
                };
            };
        };
        responses: {
            /** @description The webhook. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        /** @description The key that asked for it. */
                        created_by: string;
                        /** @description Events that were not queued because too many waited already. */
                        deliveries_dropped: number;
                        disabled_at: string | null;
                        disabled_reason: string | null;
                        events: string[];
                        /** @description When the first attempt failed of those that no success has followed. */
                        failing_since: string | null;
                        /** @description Signs what is sent to it. It is shown this once. */
                        secret: string;
                        /** @enum {string} */
                        status: "active" | "disabled";
                        url: string;
                        webhook_id: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        /** @description The key that asked for it. */
                        created_by: string;
                        /** @description Events that were not queued because too many waited already. */
                        deliveries_dropped: number;
                        disabled_at: string | null;
                        disabled_reason: string | null;
                        events: string[];
                        /** @description When the first attempt failed of those that no success has followed. */
                        failing_since: string | null;
                        /** @enum {string} */
                        status: "active" | "disabled";
                        url: string;
                        webhook_id: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveriesOfWebhook: {
        parameters: {
            query?: {
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries at most, 1 to 200. */
                limit?: number;
                /** @description `dead`: those that are no longer tried. */
                status?: "pending" | "delivered" | "dead";
            };
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveries: {
                            attempts: number;
                            /** Format: date-time */
                            created_at: string;
                            delivery_id: string;
                            /** @description The same on each attempt. */
                            event_id: string;
                            event_type: string;
                            finished_at: string | null;
                            last_attempt_at: string | null;
                            last_error: string | null;
                            /** @description The HTTP status; null: no answer came. */
                            last_status: number | null;
                            /** @description null: there will be none by itself. */
                            next_attempt_at: string | null;
                            /** @description What is sent. */
                            payload: unknown;
                            /** @enum {string} */
                            status: "pending" | "delivered" | "dead";
                            webhook_id: string;
                        }[];
                        /** @description Asks for the next page; null: this is the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enableWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        created_at: string;
                        /** @description The key that asked for it. */
                        created_by: string;
                        /** @description Events that were not queued because too many waited already. */
                        deliveries_dropped: number;
                        disabled_at: string | null;
                        disabled_reason: string | null;
                        events: string[];
                        /** @description When the first attempt failed of those that no success has followed. */
                        failing_since: string | null;
                        /** @enum {string} */
                        status: "active" | "disabled";
                        url: string;
                        webhook_id: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attempts: number;
                        /** Format: date-time */
                        created_at: string;
                        delivery_id: string;
                        /** @description The same on each attempt. */
                        event_id: string;
                        event_type: string;
                        finished_at: string | null;
                        last_attempt_at: string | null;
                        last_error: string | null;
                        /** @description The HTTP status; null: no answer came. */
                        last_status: number | null;
                        /** @description null: there will be none by itself. */
                        next_attempt_at: string | null;
                        /** @description What is sent. */
                        payload: unknown;
                        /** @enum {string} */
                        status: "pending" | "delivered" | "dead";
                        webhook_id: string;
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "alive";
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description By part: `ok`, or what is wrong with it. */
                        parts: {
                            [key: string]: string;
                        };
                        /** @enum {string} */
                        status: "ready" | "not_ready";
                    };
                };
            };
            /** @description Some cannot. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description By part: `ok`, or what is wrong with it. */
                        parts: {
                            [key: string]: string;
                        };
                        /** @enum {string} */
                        status: "ready" | "not_ready";
                    };
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
