"""One mail an address: which delivery of a batch may write to its person's address."""

from collections.abc import Sequence

from communications.dispatches.models import Addressee, Delivery


def address_of(delivery: Delivery) -> str:
    """Return the address of a person as far as mail servers tell addresses apart."""
    return delivery.person.email.strip().lower()


def take_addresses(deliveries: Sequence[Delivery]) -> set[int]:
    """Give each address of a dispatch to whoever comes first; return the ids of those who have it.

    Of a batch that is the lowest id. An address that was taken stays so: a worker that dies, or a
    mail that is tried again, finds its own. Two statements, whatever the number of mails, which
    ask for addresses in one order, so that no two workers wait for each other.
    """
    wanted = sorted((address_of(one), one.pk, one.dispatch_id) for one in deliveries)
    Addressee.objects.bulk_create(
        [Addressee(dispatch_id=of, address=to, delivery_id=pk) for to, pk, of in wanted],
        ignore_conflicts=True,
    )
    own = Addressee.objects.filter(delivery__in=[one.pk for one in deliveries])
    taken = set(own.values_list("delivery", "address"))
    return {one.pk for one in deliveries if (one.pk, address_of(one)) in taken}
