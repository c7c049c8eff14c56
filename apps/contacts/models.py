from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower, Now

from apps.contacts.querysets import ContactIdentityQuerySet, ContactQuerySet, ContactTagQuerySet, Folded, TagQuerySet
from apps.core.tenancy import TenantModel

_GAP = Value("\n")
_SEARCHED = Concat(
    *("name", _GAP, "profile_name", _GAP, "email", _GAP, "company", _GAP, "phone"), output_field=models.TextField()
)


class Contact(TenantModel):
    """A person outside, who writes or is written to. Who they are to WhatsApp stands in their identities."""

    name = models.CharField(max_length=255, blank=True)
    profile_name = models.CharField(max_length=255, blank=True, help_text="What they call themselves on WhatsApp.")
    username = models.CharField(max_length=64, blank=True, help_text="On WhatsApp; changes freely, never a key.")
    phone = models.CharField(max_length=20, blank=True, help_text="Digits with the country code, as WhatsApp knows it.")
    email = models.EmailField(blank=True)
    company = models.CharField(max_length=255, blank=True)
    job_title = models.CharField(max_length=255, blank=True)
    notes = models.TextField(blank=True)
    attributes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    source = models.CharField(max_length=100, blank=True)
    lifecycle_stage = models.CharField(max_length=50, blank=True)
    opted_in = models.BooleanField(default=True)
    opted_in_at = models.DateTimeField(null=True)
    opted_out_at = models.DateTimeField(null=True)
    # Said in WhatsApp's own settings, and apart from a STOP that somebody typed: it concerns marketing alone.
    marketing_stopped_at = models.DateTimeField(null=True)
    unreachable_at = models.DateTimeField(null=True, help_text="WhatsApp couldn't deliver; cleared when they write.")
    is_blocked = models.BooleanField(default=False)
    blocked_at = models.DateTimeField(null=True)
    blocked_reason = models.CharField(max_length=500, blank=True)
    is_vip = models.BooleanField(default=False)
    last_message_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    tags: models.ManyToManyField[Tag, ContactTag] = models.ManyToManyField(
        "Tag", through="ContactTag", related_name="+"
    )
    # What a search looks through, without case and accents; a stored column, so that no search computes it again.
    search_text = models.GeneratedField(
        expression=Folded(_SEARCHED),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "id"], name="contacts_of_organization")]
        indexes = [
            models.Index("organization", "id", condition=Q(deleted_at=None), name="contacts_newest"),
            models.Index("merged_into", condition=Q(merged_into__isnull=False), name="contacts_merged_into"),
            models.Index(
                "organization", "id", condition=Q(deleted_at=None, is_blocked=True), name="contacts_newest_blocked"
            ),
            models.Index("organization", "id", condition=Q(deleted_at=None, is_vip=True), name="contacts_newest_vip"),
            GinIndex(
                F("organization"),
                OpClass(F("search_text"), name="gin_trgm_ops"),
                condition=Q(deleted_at=None),
                name="contacts_search",
            ),
            # Beside the column: to put usernames into that one would write the whole table anew.
            GinIndex(
                F("organization"),
                OpClass(F("username"), name="gin_trgm_ops"),
                condition=Q(deleted_at=None),
                name="contacts_username",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        shown = f"@{self.username}" if self.username else f"+{self.phone}" if self.phone else "—"
        return self.name or self.profile_name or shown


class ContactIdentity(TenantModel):
    """One way in which WhatsApp names a contact. `value` of a phone is `phones.match_key()`: one for both spellings
    of a Brazilian number; of a BSUID (business-scoped user id, `user_id`) the whole id; of a parent BSUID, which
    linked portfolios share (`parent_user_id`), too."""

    class Kind(models.TextChoices):
        PHONE = "phone"
        BSUID = "bsuid"
        PARENT_BSUID = "parent_bsuid"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    value = models.CharField(max_length=300)
    created_at = models.DateTimeField(db_default=Now())

    objects = ContactIdentityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "contact identities"
        constraints = [models.UniqueConstraint(fields=["organization", "kind", "value"], name="contacts_identity_once")]
        indexes = [models.Index("contact", name="contacts_identity_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class Tag(TenantModel):
    name = models.CharField(max_length=50)
    color = models.CharField(max_length=7, default="#3B82F6")
    is_system = models.BooleanField(default=False, help_text="Can't be deleted.")
    created_at = models.DateTimeField(db_default=Now())

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="contacts_tag_name_once"),
            models.UniqueConstraint(fields=["organization", "id"], name="contacts_tag_of_organization"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactTag(TenantModel):
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")

    objects = ContactTagQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "tag"], name="contacts_tagged_once")]
        indexes = [models.Index("organization", "tag", "contact", name="contacts_of_tag")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.tag_id}"
