"""A WhatsApp Cloud API on this machine, and a phone in the browser to type on.

A process of its own (`python -m apps.simulator`): it imports nothing of PyTake and speaks only HTTP, so that it can
disagree with it. What it imitates and what it leaves out: docs/simulator.md.
"""
