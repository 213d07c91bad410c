"""Adapters from foreign formats, and the generator of the sample: what writes landing files.

A source reads what somebody else made (OULAD) or a seed (the sample) and drops files into
`<landing>/<contract>/` that pass their contracts; it says what it leaves out and why. It knows the
contracts and the rules of landing files and nothing behind them: it reads no ledger, no warehouse, and
judges no row, because ingest does.
"""
