# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Which actions first: what scenarios add alone, last and on average, what two do together, what fits a budget."""
