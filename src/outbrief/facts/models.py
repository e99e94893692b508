"""The tables of the platform's activity (DESIGN, section 5)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now


class Campaign(models.Model):
    """A campaign of the platform, known by the platform's own `external_id`."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("record.Tenant", on_delete=models.CASCADE)
    workspace = models.ForeignKey("record.Workspace", on_delete=models.PROTECT)
    external_id = models.TextField()
    name = models.TextField()
    status = models.TextField(default="")
    created_at = models.DateTimeField(null=True)
    launched_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "campaigns"
        constraints = [models.UniqueConstraint(fields=["tenant", "external_id"], name="campaigns_once")]


class Lead(models.Model):
    """A person or company that messages go to. `email` is null where the platform does not tell it."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("record.Tenant", on_delete=models.CASCADE)
    workspace = models.ForeignKey("record.Workspace", on_delete=models.PROTECT)
    external_id = models.TextField()
    email = models.TextField(null=True)
    # A column and not an index on an expression: under row-level security only the former is looked up by index.
    email_key = models.GeneratedField(
        expression=Lower("email"), output_field=models.TextField(null=True), db_persist=True
    )
    first_name = models.TextField(null=True)
    last_name = models.TextField(null=True)
    company = models.TextField(null=True)
    status = models.TextField(null=True)
    lead_score = models.FloatField(null=True)
    tags = ArrayField(models.TextField(), null=True)
    custom_fields = models.JSONField(null=True)
    source = models.TextField(null=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "leads"
        constraints = [models.UniqueConstraint(fields=["tenant", "external_id"], name="leads_once")]
        indexes = [
            models.Index(fields=["tenant", "email_key"], name="leads_by_email"),
            models.Index(fields=["tenant", "created_at"], name="leads_by_creation"),
        ]


class Message(models.Model):
    """One message to one lead, and its whole life (an accumulating snapshot).

    `sent_day` is the day of sending in the tenant's reporting zone, the day under which every later event of the
    message counts. `delivery_assumed` marks a `delivered_at` that the platform did not report: it stands until a
    bounce says otherwise. `told` is a digest of the row that told of the message last: the same row again changes
    nothing, also when events have come in between.

    Its references, like those of the rollups, are not checked by the database row by row: the merge takes every one
    of them from the row it refers to, and checking a million rows again takes longer than inserting them.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("record.Tenant", on_delete=models.CASCADE, db_index=False, db_constraint=False)
    external_id = models.TextField()
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, null=True, db_index=False, db_constraint=False)
    workspace = models.ForeignKey("record.Workspace", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    sending_domain = models.TextField(default="", db_default="")
    mailbox = models.TextField(default="", db_default="")
    recipient_domain = models.TextField(default="", db_default="")
    sent_at = models.DateTimeField()
    sent_day = models.DateField()
    delivered_at = models.DateTimeField(null=True)
    delivery_assumed = models.BooleanField(default=False, db_default=False)
    bounced_at = models.DateTimeField(null=True)
    bounce_type = models.CharField(max_length=4, null=True)
    bounce_reason = models.TextField(null=True)
    opened_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)
    open_count = models.IntegerField(default=0, db_default=0)
    clicked_at = models.DateTimeField(null=True)
    last_clicked_at = models.DateTimeField(null=True)
    click_count = models.IntegerField(default=0, db_default=0)
    replied_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)
    told = models.BigIntegerField(null=True)

    class Meta:
        db_table = "messages"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "external_id"], name="messages_once"),
            models.CheckConstraint(
                condition=models.Q(bounce_type__isnull=True) | models.Q(bounce_type__in=["hard", "soft"]),
                name="messages_bounce_type_known",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "sent_day"], name="messages_by_day"),
            # With the tenant, whom row-level security always asks for too: no other index then looks as good.
            models.Index(fields=["campaign", "sent_day", "tenant"], name="messages_by_campaign"),
            models.Index(fields=["lead", "tenant"], name="messages_by_lead"),
        ]


class MessageEvent(models.Model):
    """One event that came as an event and not as part of a message, kept so that it counts once.

    `fingerprint` is the platform's id of the event, or a digest of everything known of it.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("record.Tenant", on_delete=models.CASCADE, db_index=False, db_constraint=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, db_constraint=False)
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    fingerprint = models.TextField()

    class Meta:
        db_table = "message_events"
        constraints = [models.UniqueConstraint(fields=["tenant", "fingerprint"], name="message_events_once")]


class Activity(models.Model):
    """What totals per day have in common: the sender, the day of sending, and the sums.

    The sums of seconds and the counts beside them give the average times: they cover the messages that have both
    instants.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("record.Tenant", on_delete=models.CASCADE, db_index=False, db_constraint=False)
    workspace = models.ForeignKey("record.Workspace", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    sending_domain = models.TextField(default="")
    day = models.DateField()
    sent = models.BigIntegerField(default=0)
    delivered = models.BigIntegerField(default=0)
    bounced = models.BigIntegerField(default=0)
    hard_bounced = models.BigIntegerField(default=0)
    soft_bounced = models.BigIntegerField(default=0)
    opened = models.BigIntegerField(default=0)
    clicked = models.BigIntegerField(default=0)
    replied = models.BigIntegerField(default=0)
    complained = models.BigIntegerField(default=0)
    unsubscribed = models.BigIntegerField(default=0)
    opens = models.BigIntegerField(default=0)
    clicks = models.BigIntegerField(default=0)
    open_seconds = models.FloatField(default=0)
    timed_opens = models.BigIntegerField(default=0)
    click_seconds = models.FloatField(default=0)
    timed_clicks = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class DailyActivity(Activity):
    """Totals per campaign, workspace, sending domain, recipient domain and day of sending; exact at every commit.

    `origin` is `messages` where the row is derived, `totals` where the platform only tells totals.
    """

    recipient_domain = models.TextField(default="")
    origin = models.CharField(max_length=8)

    class Meta:
        db_table = "daily_activity"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "day", "workspace", "sending_domain", "recipient_domain", "origin"],
                name="daily_activity_once",
            ),
            models.CheckConstraint(
                condition=models.Q(origin__in=["messages", "totals"]), name="daily_activity_origin_known"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "day"], name="daily_activity_by_day")]


class SendingActivity(Activity):
    """`daily_activity` summed up over recipient domains and origins; exact at every commit.

    What does not ask for recipients is answered from here: the rows are as many as campaigns and domains send on a
    day, however many providers and companies they send to.
    """

    class Meta:
        db_table = "sending_activity"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "day", "workspace", "sending_domain"], name="sending_activity_once"
            )
        ]
        indexes = [models.Index(fields=["tenant", "day"], name="sending_activity_by_day")]


class BounceActivity(models.Model):
    """Bounced messages per campaign, workspace, sending domain, day of sending, type and reason; exact at every commit.

    Imported totals tell no reasons and are not in it. `digest` stands for type and reason in the key: a reason may be
    longer than an entry of an index.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("record.Tenant", on_delete=models.CASCADE, db_index=False, db_constraint=False)
    workspace = models.ForeignKey("record.Workspace", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    sending_domain = models.TextField(default="")
    day = models.DateField()
    bounce_type = models.CharField(max_length=4, null=True)
    bounce_reason = models.TextField(null=True)
    digest = models.BinaryField()
    bounced = models.BigIntegerField()

    class Meta:
        db_table = "bounce_activity"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "day", "workspace", "sending_domain", "digest"], name="bounce_activity_once"
            )
        ]
        indexes = [models.Index(fields=["tenant", "day"], name="bounce_activity_by_day")]


class LeadActivity(models.Model):
    """Each lead's counts and last dates; exact at every commit."""

    lead = models.OneToOneField(Lead, on_delete=models.CASCADE, primary_key=True, db_constraint=False)
    tenant = models.ForeignKey("record.Tenant", on_delete=models.CASCADE, db_constraint=False)
    emails_sent = models.BigIntegerField(default=0)
    emails_delivered = models.BigIntegerField(default=0)
    emails_opened = models.BigIntegerField(default=0)
    emails_clicked = models.BigIntegerField(default=0)
    last_sent_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)
    last_clicked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "lead_activity"


class Intake(models.Model):
    """One import: what came in, when, and the first rows that were refused with their reasons.

    `created`, `updated`, `unchanged` and `notes` are null for imports of before they were kept. `actor` is who brought
    it in, as the audit log names them; empty where nobody said.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("record.Tenant", on_delete=models.CASCADE)
    kind = models.CharField(max_length=10)
    source = models.TextField(default="")
    rows_read = models.BigIntegerField(default=0)
    rows_kept = models.BigIntegerField(default=0)
    rows_refused = models.BigIntegerField(default=0)
    refusals = models.JSONField(default=list)
    created = models.BigIntegerField(null=True)
    updated = models.BigIntegerField(null=True)
    unchanged = models.BigIntegerField(null=True)
    notes = models.JSONField(null=True)
    actor = models.TextField(default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "intakes"
        indexes = [models.Index(fields=["tenant", "-created_at", "-id"], name="intakes_newest")]
