"""The front door's package lies beside its programs, in bin/, and not on the product's path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "bin"))
