"""What platforms and mailers call the columns that are ours: names in small letters without anything between words.

Gathered from the exports of Mailchimp, Brevo, HubSpot, Salesforce, Apollo, lemlist, Instantly, Smartlead, Woodpecker,
SendGrid, Mailgun and Postmark. Earlier ones come before later ones, and our own name before all, unless it stands among
them.
"""

from collections.abc import Mapping

from outbrief.facts.shapes import FactKind

_COMPANY = "companyname company organization organisation organizationname account accountname firma societe entreprise"
_CREATED = "createdat created createdon createdate createddate creationdate timestampcreated dateadded addedat added"
_SIGNED = "addtime timestampsignup optintime"
_WORKSPACE = "workspacename workspace team client clientname subaccount list listname folder audience"
_MAILBOX = "fromemail fromaddress from senderemail sender sendingaccount emailaccount mailbox"

NAMES: Mapping[FactKind, Mapping[str, str]] = {
    FactKind.CAMPAIGNS: {
        "external_id": "campaignid uniqueid id sequenceid cid uuid",
        "name": "campaignname campaign title name sequencename subject subjectline",
        "workspace": _WORKSPACE,
        "status": "campaignstatus status state",
        "created_at": f"{_CREATED} createtime",
        "launched_at": "launchedat sendtime senddate sentat startedat starttime startdate launchdate launched",
    },
    FactKind.LEADS: {
        "external_id": "leadid contactid recordid recordidcontact memberid subscriberid prospectid leid euid id uuid",
        "email": "emailaddress email mail emailadresse primaryemail workemail contactemail leademail courriel",
        "first_name": "firstname fname givenname mergefname vorname prenom first",
        "last_name": "lastname lname surname familyname mergelname nachname nom last",
        "company": _COMPANY,
        "status": "leadstatus contactstatus status state lifecyclestage subscriptionstatus",
        "lead_score": "leadscore score hubspotscore rating memberrating",
        "tags": "tags tag labels label",
        "custom_fields": "customfields customvariables custom properties attributes",
        "source": "leadsource source originalsource signupsource",
        "workspace": _WORKSPACE,
        "created_at": f"{_CREATED} {_SIGNED} confirmtime",
        "updated_at": "updatedat updated lastmodifieddate lastmodified modifiedat modified lastchanged lastupdated",
    },
    FactKind.MESSAGES: {
        "external_id": "messageid emailid sgmessageid msgid id uuid",
        "campaign": "campaignid campaign sequenceid sequence campaignexternalid",
        "campaign_name": "campaignname sequencename campaigntitle campaign sequence",
        "lead": "leadid contactid prospectid memberid subscriberid recipientid personid lead",
        "lead_email": "leademail recipientemail recipient toemail to toaddress emailaddress email prospectemail",
        "workspace": _WORKSPACE,
        "sending_domain": "sendingdomain fromdomain senderdomain domainused domain",
        "mailbox": _MAILBOX,
        "recipient_domain": "recipientdomain todomain emaildomain",
        "sent_at": "sentat sent senttime sentdate senddate sendtime datesent senton timestamp date",
        "delivered_at": "deliveredat delivered deliverytime deliverydate deliveredon",
        "bounced_at": "bouncedat bounced bouncetime bouncedate bouncedon",
        "bounce_type": "bouncetype bounceclass bouncecategory",
        "bounce_reason": "bouncereason bouncemessage diagnosticcode diagnostic reason error",
        "opened_at": "openedat firstopenedat firstopen opened opentime opendate openedon",
        "last_opened_at": "lastopenedat lastopened lastopen",
        "open_count": "opencount opens numberofopens totalopens timesopened",
        "clicked_at": "clickedat firstclickedat firstclick clicked clicktime clickdate clickedon",
        "last_clicked_at": "lastclickedat lastclicked lastclick",
        "click_count": "clickcount clicks numberofclicks totalclicks timesclicked",
        "replied_at": "repliedat replied replytime replydate repliedon firstreply",
        "complained_at": "complainedat complained spamat spamreportedat markedasspamat complaintdate",
        "unsubscribed_at": "unsubscribedat unsubscribed unsubscribetime unsubscribedate optedoutat optout",
    },
    FactKind.EVENTS: {
        "external_id": "eventid sgeventid webhookid id uuid",
        "message": "messageid sgmessageid emailid msgid message",
        "kind": "event eventtype eventname action activity activitytype type recordtype kind",
        "at": "timestamp occurredat eventtime eventdate datetime receivedat createdat created date time at",
        "bounce_type": "bouncetype bounceclass bounceclassification severity",
        "bounce_reason": "bouncereason reason diagnosticcode response details description",
    },
    FactKind.TOTALS: {
        "date": "date day senddate sentdate sendday datesent timestamp",
        "campaign_id": "campaignid uniqueid sequenceid id campaign",
        "campaign_name": "campaignname title campaigntitle sequencename name campaign",
        "workspace": _WORKSPACE,
        "sending_domain": "sendingdomain fromdomain senderdomain domainused domain",
        "sent": "sent totalrecipients recipients emailssent totalsent sends sentcount processed requests",
        "delivered": "delivered successfuldeliveries deliveries emailsdelivered totaldelivered",
        "soft_bounced": "softbounced softbounces softbounce blocks",
        "hard_bounced": "hardbounced hardbounces hardbounce bounces bounced",
        "opened": "uniqueopens opened uniqueopened openers emailsopened",
        "opens": "totalopens opens opencount timesopened",
        "clicked": "uniqueclicks clicked clickers uniqueclicked emailsclicked",
        "clicks": "totalclicks clicks clickcount timesclicked",
        "replied": "replied replies uniquereplies totalreplies",
        "unsubscribed": "unsubscribed unsubscribes unsubs optouts unsubscriptions",
        "complained": "complained abusecomplaints complaints spamcomplaints spamreports spam",
    },
}

# Where a column that every file needs is not there: of what it can be put together.
MADE_OF: Mapping[tuple[FactKind, str], tuple[tuple[str, ...], ...]] = {
    (FactKind.CAMPAIGNS, "external_id"): (("name",),),
    (FactKind.LEADS, "external_id"): (("email",),),
    (FactKind.MESSAGES, "campaign"): (("campaign_name",),),
    (FactKind.MESSAGES, "external_id"): (("campaign", "lead"), ("campaign", "lead_email")),
    # As the messages that the events are about.
    (FactKind.EVENTS, "message"): (("campaign", "lead"), ("campaign", "lead_email")),
    (FactKind.TOTALS, "campaign_id"): (("campaign_name",),),
}

# What the values of our columns with listed values are called elsewhere, in small letters.
VALUES: Mapping[str, Mapping[str, str]] = {
    "kind": {
        "open": "opened opens email_opened email_open unique_opened first_opening",
        "click": "clicked clicks link_clicked email_clicked email_link_clicked",
        "bounce": "bounced hard_bounce soft_bounce hardbounce softbounce email_bounced dropped failed blocked",
        "reply": "replied replies email_replied reply_received response",
        "complaint": "complained spam spamreport spam_report spamcomplaint abuse abuse_report",
        "unsubscribe": "unsubscribed unsub opt_out optout group_unsubscribe subscriptionchange lead_unsubscribed",
        "delivered": "delivery deliver email_delivered",
    },
    "bounce_type": {
        "hard": "permanent hardbounce hard_bounce invalid blocklist undetermined",
        "soft": "transient temporary softbounce soft_bounce block blocked mailbox_full",
    },
}
