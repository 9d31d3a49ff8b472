import socket

import pytest

from camaug import dev
from camaug.steps import StepFailed
from camaug_simulators.harness import free_port


def server(port: int, *, shares: bool) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shares:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1", port))
    made.listen()
    return made


@pytest.mark.parametrize("shares", [True, False])
def test_a_taken_port_is_named_with_the_way_out(shares: bool):
    port = free_port()
    with (
        server(port, shares=shares),
        pytest.raises(StepFailed, match=rf"^port {port} .* choose another one by --port$"),
    ):
        dev.need_free(port, "--port")


def test_a_port_that_was_just_left_is_free():
    port = free_port()
    with server(port, shares=False) as left:
        client = socket.create_connection(("127.0.0.1", port))
        left.accept()[0].close()  # the closing side keeps the port in TIME_WAIT
        client.close()
    dev.need_free(port, "--port")


def test_a_held_port_is_taken_for_others_and_open_to_our_own_server():
    port = free_port()
    with dev.hold(port):
        with pytest.raises(StepFailed):
            dev.need_free(port, "--port")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        with server(port, shares=True), socket.create_connection(("127.0.0.1", port)):
            pass
