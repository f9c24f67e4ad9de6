"""The first page of the CIO and the managers, and the decisions that wait."""
