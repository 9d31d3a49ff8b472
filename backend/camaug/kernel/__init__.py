"""What every feature stands on.

structlog takes in rich where it is installed, and Litestar's command line brings it along: 4 MiB of
each process and 60 ms of each start for colours that none of our logs has. So structlog is imported
here, before everybody else, and finds none.
"""

import sys
from importlib import import_module
from typing import Any, cast

_modules = cast("dict[str, Any]", sys.modules)
_unwanted = [name for name in ("greenlet", "rich") if name not in _modules]
_modules.update(dict.fromkeys(_unwanted))
import_module("structlog")
for _name in _unwanted:
    del _modules[_name]
