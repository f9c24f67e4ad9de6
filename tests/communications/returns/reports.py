"""Mails that come back, as several kinds of servers write them; all words and names are ours."""

from email.message import EmailMessage

NOBODY = "550 5.1.1 No mailbox here by that name"


def postfix(path, address, status="5.1.1", reply=NOBODY, action="failed", **more):
    """A report with prose, fields of the first server, and the headers of the mail."""
    return f"""\
Return-Path: <>
Delivered-To: {more.get("box", "bounces@onelift.example")}
X-Original-To: {path}
Date: Tue, 24 Nov 2026 11:40:00 +0100 (CET)
From: MAILER-DAEMON@relay.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {path}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F2A1.1764000000/relay.example"

This is a multipart message.

--4F2A1.1764000000/relay.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

The mail server relay.example is sorry: it could not hand this on.

<{address}>: host mx.onelift.example said: {reply}

--4F2A1.1764000000/relay.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
X-Queue-Id: 4F2A1
X-Sender: rfc822; {path}
Arrival-Date: Tue, 24 Nov 2026 11:39:58 +0100 (CET)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.onelift.example
Diagnostic-Code: smtp; {reply}

--4F2A1.1764000000/relay.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: OneLift <onelift@onelift.example>
To: Ana <{address}>
Subject: Your new service desk
{more.get("behind", "")}
--4F2A1.1764000000/relay.example--
""".replace("\n", "\r\n").encode()


def exchange(path, address, status="5.1.10", reply="550 5.1.10 Recipient not found by lookup"):
    """A report inside multiparts, with HTML, no Original-Recipient, and the mail itself."""
    return f"""\
From: "Post office of the tenant" <postmaster@tenant.example>
To: <{path.upper()}>
Date: Tue, 24 Nov 2026 10:41:00 +0000
Content-Type: multipart/report; report-type=delivery-status;
 boundary="outer-9b1"
MIME-Version: 1.0
Message-ID: <b6f2@tenant.example>
Subject: Undeliverable: Your new service desk
Auto-Submitted: auto-generated

--outer-9b1
Content-Type: multipart/alternative; differences=Content-Type;
 boundary="inner-22c"

--inner-22c
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Your message to {address} couldn't be delivered.=20

--inner-22c
Content-Type: text/html; charset="us-ascii"

<html><body><b>{address}</b> wasn't found.</body></html>
--inner-22c--

--outer-9b1
Content-Type: message/delivery-status

Reporting-MTA: dns;tenant.example
Received-From-MTA: dns;relay.example
Arrival-Date: Tue, 24 Nov 2026 10:40:58 +0000

Final-Recipient: rfc822;{address.title()}
Action: failed
Status: {status}
Diagnostic-Code: smtp;{reply}

--outer-9b1
Content-Type: message/rfc822

From: OneLift <onelift@onelift.example>
To: {address}
Subject: Your new service desk
Content-Type: text/plain

Hello
--outer-9b1--
""".replace("\n", "\r\n").encode()


def gmail(path, address, status="5.2.2", reply="552-5.2.2 The mailbox is over its room"):
    """A report with a picture in related parts, folded fields and replies of several lines."""
    return f"""\
Delivered-To: {path}
From: Mail Delivery Subsystem <mailer-daemon@provider.example>
To: {path}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
X-Failed-Recipients: {address}
Content-Type: multipart/report; boundary="000000000000f3"; report-type=delivery-status

--000000000000f3
Content-Type: multipart/related; boundary="000000000000f7"

--000000000000f7
Content-Type: text/plain; charset="UTF-8"

** Not delivered **
--000000000000f7
Content-Type: image/png; name="icon.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--000000000000f7--
--000000000000f3
Content-Type: message/delivery-status

Reporting-MTA: dns; provider.example
Arrival-Date: Tue, 24 Nov 2026 02:40:58 -0800 (PST)
X-Original-Message-ID: <x@onelift.example>

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Remote-MTA: dns; in.provider.example. (192.0.2.26, the server for the domain.)
Diagnostic-Code: smtp; {reply}
 of storage. Ask its owner
 to make room - s1sor123
Last-Attempt-Date: Tue, 24 Nov 2026 02:41:00 -0800 (PST)

--000000000000f3
Content-Type: message/rfc822

Subject: Your new service desk

Hello
--000000000000f3--
""".encode()


def away(path):
    """An answer of somebody who is away."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ana@onelift.example", path, "On leave: Re: News"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("550 5.1.1 is my lucky number. I am back on Monday.")
    return mail.as_bytes()


def forwarded(path, address):
    """A letter of somebody that has a report in it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ana@onelift.example", path, "Fwd: Undelivered"
    mail.set_content("Look what I got.")
    mail.add_attachment(postfix(path, address), "message", "x-unknown")
    raw = mail.as_bytes()
    return raw.replace(b"message/x-unknown", b"message/rfc822")
