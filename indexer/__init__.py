"""The ledger as search sees it: a view that can be rebuilt at any time, behind one interface."""
