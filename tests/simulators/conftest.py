from collections.abc import Iterator

import pytest

from camaug_simulators.harness import Simulators, running

TEMPLATES = "{P1,20} la ma dang nhap CaMau-G{P2,200}\nCaMau-G: {P1,400}\n"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulators]:
    folder = tmp_path_factory.mktemp("simulators")
    templates = folder / "templates.txt"
    templates.write_text(TEMPLATES)
    with running(folder, "--sms-templates", str(templates)) as server:
        yield server


@pytest.fixture
def simulators(server: Simulators) -> Simulators:
    """The one server, well behaved and with an empty journal."""
    server.reset()
    return server
