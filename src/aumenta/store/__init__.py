# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Files: layout, reading and atomic writing of the twin, YAML of packs, and the read-only View."""
