"""Bilingual (English / Chinese) social-audit findings: align, classify, extract, check, learn."""
