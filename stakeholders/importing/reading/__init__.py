"""Reading personnel and site files: bytes in, judged rows out, nothing written.

``files`` makes a table of bytes, ``headings`` names its columns, ``languages`` reads single cells,
``rows`` judges people, ``sites`` judges sites. ``facts`` is what is told of a person,
``plan`` compares it with what is known, and ``report`` tells what came of it.
"""
