"""A mailbox over IMAP for tests: the few commands that are used, and what may fail."""

import re
import socket
import threading

COMMAND = re.compile(rb"(\S+) (UID )?(\S+) ?(.*)", re.IGNORECASE | re.DOTALL)


class ImapServer:
    """One mailbox, INBOX. ``flags`` holds what was stored by UID; ``fails`` names commands."""

    def __init__(self, password="open sesame"):
        self.password = password
        self.mails: list[bytes] = []
        self.flags: dict[int, set[str]] = {}
        self.fails: set[str] = set()
        self.fetched: list[int] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def put(self, *mails):
        self.mails += mails

    def stop(self):
        self.listener.close()

    def _listen(self):
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, client.makefile("rwb") as file:
            self._say(file, b"* OK ready")
            while line := file.readline():
                tag, _uid, name, rest = COMMAND.fullmatch(line.strip()).groups()
                name = name.decode().upper()
                if name in self.fails:
                    return
                answer = getattr(self, f"_{name.lower()}")(file, rest)
                self._say(file, tag + b" " + (answer or b"OK done"))
                if name == "LOGOUT":
                    return

    def _say(self, file, line):
        file.write(line + b"\r\n")
        file.flush()

    def _capability(self, file, _rest):
        self._say(file, b"* CAPABILITY IMAP4rev1")

    def _login(self, _file, rest):
        user, _blank, password = rest.decode().partition(" ")
        right = (user, password.strip('"')) == ("robot", self.password)
        return b"OK in" if right else b"NO wrong user or password " + password.encode()

    def _select(self, file, rest):
        if rest != b'"INBOX"':
            return b"NO no such folder"
        self._say(file, b"* %d EXISTS" % len(self.mails))
        return b"OK [READ-WRITE] selected"

    def _search(self, file, rest):
        assert rest.upper() == b"UNSEEN UNDELETED"
        unseen = [n for n in range(1, len(self.mails) + 1) if r"\Seen" not in self.seen(n)]
        self._say(file, b"* SEARCH " + " ".join(map(str, unseen)).encode())

    def _fetch(self, file, rest):
        number, what = rest.split(b" ", 1)
        limit = int(re.fullmatch(rb"\(BODY\.PEEK\[\]<0\.(\d+)>\)", what)[1])
        n, mail = int(number), self.mails[int(number) - 1][:limit]
        self.fetched.append(n)
        self._say(file, b"* %d FETCH (UID %d BODY[]<0> {%d}" % (n, n, len(mail)))
        file.write(mail)
        self._say(file, b")")

    def _store(self, _file, rest):
        number, how, flags = rest.decode().split(" ", 2)
        assert how == "+FLAGS.SILENT"
        self.seen(int(number)).update(flags.strip("()").split())

    def _logout(self, file, _rest):
        self._say(file, b"* BYE")

    def seen(self, number):
        return self.flags.setdefault(number, set())
