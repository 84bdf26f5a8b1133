"""Settling an order: pay, cancel, refund, and the sandbox checkout."""
