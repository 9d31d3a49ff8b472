"""The tree against the test vectors of RFC 9162's reference implementation, and its properties."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from camaug.audit import merkle

ENTRIES = [bytes.fromhex(one) for one in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def test_roots_are_those_of_certificate_transparency() -> None:
    leaves = [merkle.leaf_hash(one) for one in ENTRIES]
    for count, expected in enumerate(ROOTS, 1):
        assert merkle.root(leaves[:count]).hex() == expected
    assert merkle.root([]) == sha256().digest()


@given(st.integers(1, 70), st.data())
def test_every_leaf_is_proved_and_nothing_else(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(str(one).encode()) for one in range(size)]
    at = data.draw(st.integers(0, size - 1))
    tree, path = merkle.root(leaves), merkle.proof(leaves, at)
    assert merkle.included(leaves[at], at, size, path, tree)
    other = merkle.leaf_hash(b"other")
    assert not merkle.included(other, at, size, path, tree)
    assert not merkle.included(leaves[at], at, size, [*path, other], tree)
    if size > 1:
        assert not merkle.included(leaves[at], (at + 1) % size, size, path, tree)
        assert not merkle.included(leaves[at], at, size, path[:-1], tree)
