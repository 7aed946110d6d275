# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Places, cells, people, opportunities: the ground of a plan, from a data pack."""
