import re
from pathlib import Path

from camaug.settings import ROOT, Settings

FILE = Path(ROOT / "deploy" / "camaug.env")
FOR_MIGRATE = {"CAMAUG_MIGRATOR_URL"}


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    documented = set(re.findall(r"^(?:# )?(CAMAUG_[A-Z0-9_]+)=", FILE.read_text(), re.MULTILINE))
    read = {f"CAMAUG_{name.upper()}" for name in Settings.__struct_fields__}
    assert documented == read | FOR_MIGRATE
