"""Many repositories as one scan: what is wanted, each a unit of work, and what all of them gave.

    SOURCES --wanted--> Wanted --engine--> unit: tips, mirror, scan --store--> report and record --overview--> pages

A unit is one repository at its tips under one set of rules. Its result is written whole or not at all, so that the same
command does only what is missing, whoever was killed. Values never leave the process that reads a repository.
"""
