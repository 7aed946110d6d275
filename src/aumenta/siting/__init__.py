# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where to put services: choosing sites so that people reach them, with how far from the best the answer can be."""
