"""Figures that can be trusted: ``make bench``, or ``python -m tests.benchmarks NAME``.

Each module here but the shared ones (``stage``, ``measure``) is one benchmark with a function
``main(stage)``. It measures the product, a peer and the limit of the machine in turns in one run,
in a process and a database of its own.
"""
