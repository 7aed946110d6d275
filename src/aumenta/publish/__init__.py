# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What is made of a twin for paper: the report of a place as PDF and HTML."""

from __future__ import annotations

from aumenta.publish.report import chosen_places, report_html, report_pdf
from aumenta.publish.report_run import write_reports

__all__ = ["chosen_places", "report_html", "report_pdf", "write_reports"]
