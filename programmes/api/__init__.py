"""What other systems may ask and send; ``onelift.api`` gathers it from all floors.

An operation names the right that it needs with ``caller_with`` and answers what is wrong with a
``RefusedError``.
"""
