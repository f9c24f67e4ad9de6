"""The seals of the audit trail: a chain of hashes by which a change to any entry is noticed."""

from django.db import models


class Seal(models.Model):
    """One link: that an entry was sealed or, with ``is_erasure``, that its content was erased.

    An entry is named by its number alone: a relation would take the seal along with the entry, and
    so hide that it is gone.

    Attributes:
        number: place in the chain, from 1 on without gaps.
        entry: key of the entry in the audit trail.
        actor: key of the account that acted, which the entry forgets once the account is deleted.
        is_erasure: whether this link says that the content was erased.
        at: when the link was made.
        salt: random bytes that are hashed with the content; empty once it was erased, so that
            nobody finds the content by hashing guesses.
        content: hash of salt and content; it stays when both are erased.
        link: hash of the link before and of all that is said here, with the facts of the entry.

    """

    number = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField()
    actor = models.BigIntegerField(null=True)
    is_erasure = models.BooleanField(default=False)
    at = models.DateTimeField()
    salt = models.BinaryField(max_length=16)
    content = models.BinaryField(max_length=32)
    link = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "is_erasure"], name="sealed_and_erased_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.entry}"


class Chain(models.Model):
    """The end of the chain, in one row: whoever seals or erases holds its lock.

    Attributes:
        number: how many links there are.
        link: the last one; 32 zero bytes before the first.
        settled: highest key of an entry at the last but one look at all entries. What is committed
            late below it is found by the next such look.
        seen: the same, at the last look.
        looked_at: when that was.
        logged_at: when the end was written into the log.

    """

    number = models.BigIntegerField(default=0)
    link = models.BinaryField(max_length=32, default=bytes(32))
    settled = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    logged_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.number}:{bytes(self.link).hex()}"
