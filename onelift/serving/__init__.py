"""How requests reach the portal: gunicorn keeps the processes, waitress reads and writes.

A thread is given to a request when all of it has come, and freed when its answer is made: who
sends or reads slowly waits outside. See docs/decisions/slow-clients.md.
"""
