"""From meaning to findings: gates, evidence, joining, judging; knows packs, not where bytes come from."""
