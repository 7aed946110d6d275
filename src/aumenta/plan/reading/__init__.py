# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Read a published plan document into the facts of a pack, by the pack's grammar."""

from aumenta.plan.reading.document import Document, open_document
from aumenta.plan.reading.reader import Reading, read_document

__all__ = ["Document", "Reading", "open_document", "read_document"]
