"""Supervisors and auditors: volumes, overdue, inspection, the audit trail."""
