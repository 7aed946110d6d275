# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The pages: `create_app(twin)` in `aumenta.web.app`."""
