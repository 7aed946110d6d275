# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A made-up metropolis of any size: streets, public transport and people, the same for the same scale and seed.

It stands nowhere and is like no place; it has the sizes and the unevenness of a real one, so that speed and memory
can be measured and shown without anybody's data. Scale 1 is a metropolis of 1.5 million people.
"""

from aumenta.network.synth.metropolis import Made, synth

__all__ = ["Made", "synth"]
