# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""One module per page or family of pages; each has `register(site)`. The app registers every module it finds."""
