"""How pages look and ask: charts, marks, formats, fields, paging, undo. It knows no table."""
