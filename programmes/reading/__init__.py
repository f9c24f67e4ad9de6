"""Reading what people bring as files: bytes in, rows of cells out, nothing written.

``workbook`` reads the sheets of an XLSX file as a stream, ``cells`` what one cell holds, ``limits``
says how much is read, and ``refusal`` why a file is not taken.
"""
