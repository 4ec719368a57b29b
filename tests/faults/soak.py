"""Whether full counts are asked for (``make soak``)."""

import os

SOAK = os.environ.get("MITHAQ_SOAK", "") not in ("", "0")
