"""What is typed in place of what a form expects; ``MARK`` is in whatever would run as a script."""

MARK = "h0stile"
EVIL = "evil.example"

SCRIPTS = [
    f"<script>{MARK}(1)</script>",
    f'"><img src=x onerror={MARK}(2)>',
    f"'><svg/onload={MARK}(3)>",
    f"javascript:{MARK}(4)",
    f"java\tscript:{MARK}(5)",
    f"[x](javascript:{MARK}(6))",
    f"[x](data:text/html,<script>{MARK}(7)</script>)",
    f"</textarea></title><script>{MARK}(8)</script>",
    f"<a href='&#106;avascript:{MARK}(9)'>x</a>",
    f"{{{{constructor.constructor('{MARK}(10)')()}}}}",
    f"<form><button formaction=javascript:{MARK}(11)>x",
    f"\ufdd0body\ufdd1<script>{MARK}(12)</script>",
]
FORMULAS = [
    f'=HYPERLINK("https://{EVIL}/","{MARK}")',
    *("+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "＝1+1", "'=1+1", ' ="x"', ";=1+1", '",=1+1'),
    "=cmd|' /C calc'!A0",
]
NUMBERS = [
    *("-1", "0", str(2**31), str(2**63), str(2**63 - 1), str(-(2**63) - 1), "9" * 40, "9" * 5000),
    *("1.5", "1e999", "NaN", "Infinity", "１２", "٣", "0x10", "1_000", "abc", "1,2", "--1"),
]
DAYS = ["0000-00-00", "0001-01-01", "9999-12-31", "2027-02-30", "1 Jan 99999", "25:99", "24:00"]
BYTES = [
    *("\x00", "a\x00b", "\udc80", "\ud800", "\udfff\ud800", "\x7f", "\x1b[2J", "\ufeff", "\uffff"),
    *("\u202egnp.exe", "\u2028", "\u0085", "😀" * 60, "Z̷̢̛" * 80, "İ", "ß" * 300, "\U0010ffff"),
]
LINES = [
    f"x\r\nX-{MARK}: 1",
    f"x\nSet-Cookie: {MARK}=1",
    f"x\r\n\r\n<script>{MARK}(13)</script>",
    f"x\u010d\u010aX-{MARK}: 1",
    f"a@onelift.example\nBcc: b@{EVIL}",
]
PLACES = [
    *(f"//{EVIL}", f"https://{EVIL}/", f"/\\{EVIL}", f"\\\\{EVIL}", f"https:{EVIL}", f"///{EVIL}"),
    *(
        f"/\t/{EVIL}",
        f"http://127.0.0.1@{EVIL}/",
        f"\x01//{EVIL}",
        f"//{EVIL}%2f..",
        f"%2f%2f{EVIL}",
    ),
]
PATHS = [
    *("../../../../etc/passwd", "..\\..\\x", "%2e%2e%2f", "/etc/passwd", "file:///etc/passwd", "~"),
    *("CON", "a" * 300, ".", "..", "\\\\host\\share", "x;.png", "x\x00.png"),
]
WORDS = [
    *(
        "",
        " ",
        "a" * 3000,
        "' OR 1=1--",
        '";--',
        "%s%n%d",
        "{0.__class__}",
        "{% debug %}",
        "${7*7}",
    ),
    *(
        "[]",
        "{}",
        '{"a": 1}',
        "null",
        "true",
        "*",
        "%",
        "_",
        "\\",
        "(?:a+)+$",
        "__all__",
        "&lang=xx",
    ),
]
ALL = [*SCRIPTS, *FORMULAS, *NUMBERS, *DAYS, *BYTES, *LINES, *PLACES, *PATHS, *WORDS]
