import json
import tomllib

import camaug_sdk
from camaug import contracts
from camaug.settings import ROOT


def version(folder: str) -> str:
    return tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]["version"]


def test_api_and_sdk_have_the_versions_of_their_distributions() -> None:
    api = json.loads((contracts.FOLDER / "host.openapi.json").read_text())["info"]["version"]
    assert api == version(".")
    assert version("backend/sdk").startswith(f"{camaug_sdk.__version__}.")
