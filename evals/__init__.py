"""Offline evaluation: the work behind `assignee eval`, also from Python (see docs/evaluation-own-gold.md).

from assignee.evals import verification
body, predictions = verification.measure([Path("gold.jsonl")])
"""
