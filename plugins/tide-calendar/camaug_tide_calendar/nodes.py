"""How the moon's node changes the constituents over 18.6 years: the factors f and the angles u.

After Paul Schureman, *Manual of Harmonic Analysis and Prediction of Tides*, U.S. Coast and
Geodetic Survey Special Publication 98 (1958): angles from page 156 and paragraphs 23 to 134,
factors from equations 73 to 78, 227 and 235.
"""

from math import acos, atan, atan2, cos, degrees, radians, sin, sqrt, tan
from typing import NamedTuple


class Node(NamedTuple):
    """What a constituent is multiplied with (`factor`), and added to its argument in degrees."""

    factor: float
    angle: float


NONE = Node(1.0, 0.0)


def nodes(longitude: float) -> dict[str, Node]:
    """By name of the constituent that Schureman derives it for, at the node's mean longitude.

    `longitude` is N of `sky.longitudes`, in degrees. Constituents that are not of the moon alone
    have `NONE`.
    """
    n = radians((longitude + 180) % 360 - 180)  # so that half of it is within a right angle
    incline = acos(0.913694997 - 0.035692561 * cos(n))
    first, second = atan(1.01883 * tan(n / 2)), atan(0.64412 * tan(n / 2))
    xi, nu = n - first - second, first - second
    twice, square = sin(2 * incline), sin(incline) ** 2
    k1 = atan2(twice * sin(nu), twice * cos(nu) + 0.3347)
    k2 = atan2(square * sin(2 * nu), square * cos(2 * nu) + 0.0727)
    m2 = Node(cos(incline / 2) ** 4 / 0.9154, degrees(2 * xi - 2 * nu))
    return {
        "M2": m2,
        "M4": Node(m2.factor**2, 2 * m2.angle),
        "O1": Node(sin(incline) * cos(incline / 2) ** 2 / 0.3800, degrees(2 * xi - nu)),
        "J1": Node(twice / 0.7214, degrees(-nu)),
        "K1": Node(sqrt(0.8965 * twice**2 + 0.6001 * twice * cos(nu) + 0.1006), degrees(-k1)),
        "K2": Node(
            sqrt(19.0444 * square**2 + 2.7702 * square * cos(2 * nu) + 0.0981),
            degrees(-k2),
        ),
        "MM": Node((2 / 3 - square) / 0.5021, 0.0),
        "MF": Node(square / 0.1578, degrees(-2 * xi)),
        "": NONE,
    }
