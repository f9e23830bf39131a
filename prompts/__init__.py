"""Prompts as files, and the answers that they ask for."""
