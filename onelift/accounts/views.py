"""The pages of django-allauth that answer otherwise here."""

import logging
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any

from allauth.account.views import PasswordResetView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from onelift.accounts.forms import LinkForm

log = logging.getLogger(__name__)


class LinkView(PasswordResetView):
    """Sends the link to a new password, and never tells whether an address has an account."""

    def form_valid(self, form: LinkForm) -> HttpResponse:
        """Answer the same to an address that the mail server refuses."""
        try:
            return super().form_valid(form)
        except (SMTPRecipientsRefused, SMTPDataError):
            log.exception("The mail server refused an address that was typed for a new password")
            return HttpResponseRedirect(self.get_success_url())
        except (OSError, SMTPException):
            log.exception("No link to a new password could be sent")
            form.add_error(None, _("No mail can be sent now. Try again in a few minutes."))
            return self.form_invalid(form)


def nothing(request: HttpRequest, **names: Any) -> HttpResponse:
    """Answer for the pages that the portal has no use for, such as sign-up."""
    raise Http404
