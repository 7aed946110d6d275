# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`python -m aumenta` is the command line."""

from aumenta.cli import main

if __name__ == "__main__":
    main()
