"""The sample's world, domain by domain: people, work and study that are plausible and free of flaws.

Each module writes the rows of its domain's contracts, in full words, from a seeded generator of its own, so that
a change in one domain moves no row of another. Files, formats and the flaws of real deliveries are not made here
but in `pipelines.sources.sample`.
"""
