"""Where moon and sun stand, after Jean Meeus, *Astronomical Algorithms*, 2nd edition (1998).

Angles are in degrees, instants in Julian days, either of universal time (UT, the clock) or of
terrestrial time (TT, the formulas). Good from 1900 to 2100.
"""

from datetime import date
from math import fmod, radians, sin
from typing import NamedTuple

J2000 = 2451545.0
CENTURY = 36525.0
DAY_SECONDS = 86400
ORDINAL = 1721424.5
"""Julian day of a date at 00:00 less its `toordinal()`."""

_DELTA_T = (
    (1920, 1900, (-2.79, 1.494119, -0.0598939, 0.0061966, -0.000197)),
    (1941, 1920, (21.20, 0.84493, -0.076100, 0.0020936)),
    (1961, 1950, (29.07, 0.407, -1 / 233, 1 / 2547)),
    (1986, 1975, (45.45, 1.067, -1 / 260, -1 / 718)),
    (2005, 2000, (63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599)),
    (2050, 2000, (62.92, 0.32217, 0.005589)),
)
"""Up to which year, years counted from, seconds by powers of those years."""

_NEW_MOON = (
    (-0.40720, 0, 0, 1, 0),
    (0.17241, 1, 1, 0, 0),
    (0.01608, 0, 0, 2, 0),
    (0.01039, 0, 0, 0, 2),
    (0.00739, 1, -1, 1, 0),
    (-0.00514, 1, 1, 1, 0),
    (0.00208, 2, 2, 0, 0),
    (-0.00111, 0, 0, 1, -2),
    (-0.00057, 0, 0, 1, 2),
    (0.00056, 1, 1, 2, 0),
    (-0.00042, 0, 0, 3, 0),
    (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2),
    (-0.00024, 1, -1, 2, 0),
    (-0.00007, 0, 2, 1, 0),
    (0.00004, 0, 0, 2, -2),
    (0.00004, 0, 3, 0, 0),
    (0.00003, 0, 1, 1, -2),
    (0.00003, 0, 0, 2, 2),
    (-0.00003, 0, 1, 1, 2),
    (0.00003, 0, -1, 1, 2),
    (-0.00002, 0, -1, 1, -2),
    (-0.00002, 0, 1, 3, 0),
    (0.00002, 0, 0, 4, 0),
)
"""Chapter 49, column New Moon: days, power of E, multiples of M, M' and F."""

_PLANETS = (
    (0.000325, 299.77, 0.107408),
    (0.000165, 251.88, 0.016321),
    (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478),
    (0.000110, 84.66, 18.206239),
    (0.000062, 141.74, 53.303771),
    (0.000060, 207.14, 2.453732),
    (0.000056, 154.84, 7.306860),
    (0.000047, 34.52, 27.261239),
    (0.000042, 207.19, 0.121824),
    (0.000040, 291.34, 1.844379),
    (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099),
    (0.000023, 331.55, 3.592518),
)
"""Chapter 49, the fourteen further corrections: days, degrees, degrees a lunation."""

_PULL = (
    (0.00134, 243.23, 22518.7541),
    (0.00154, 306.57, 45037.5082),
    (0.00200, 402.69, 32964.3577),
    (0.00179, 350.74, 445267.1142),
    (0.00178, 231.19, 20.20),
)
"""Longitude of the sun: degrees, degrees at 1900, degrees a century; sines."""


class Longitudes(NamedTuple):
    """Mean longitudes: moon `s`, sun `h`, lunar perigee `p`, lunar node `n`. Degrees, 0 to 360."""

    s: float
    h: float
    p: float
    n: float


def midnight(day: date) -> float:
    """Julian day of the date at 00:00, on whatever clock the caller means."""
    return day.toordinal() + ORDINAL


def terrestrial(universal: float) -> float:
    """Julian day in TT of a Julian day in UT."""
    return universal + delta_t(universal) / DAY_SECONDS


def universal(terrestrial: float) -> float:
    """Julian day in UT of a Julian day in TT; the two are minutes apart at most."""
    return terrestrial - delta_t(terrestrial) / DAY_SECONDS


def delta_t(julian_day: float) -> float:
    """TT less UT in seconds. Polynomials of Espenak and Meeus, NASA/TP-2006-214141."""
    year = 2000 + (julian_day - J2000) / 365.25
    for until, since, powers in _DELTA_T:
        if year < until:
            return _polynomial(year - since, *powers)
    return -20 + 32 * ((year - 1820) / 100) ** 2 - 0.5628 * (2150 - year)


def longitudes(terrestrial: float) -> Longitudes:
    """Mean longitudes at a Julian day in TT: Meeus 22, 47.1, 47.2 and page 343."""
    t = (terrestrial - J2000) / CENTURY
    moon = _polynomial(t, 218.3164477, 481267.88123421, -0.0015786, 1 / 538841, -1 / 65194000)
    elongation = _polynomial(t, 297.8501921, 445267.1114034, -0.0018819, 1 / 545868, -1 / 113065000)
    perigee = _polynomial(t, 83.3532465, 4069.0137287, -0.0103200, -1 / 80053)
    node = _polynomial(t, 125.04452, -1934.136261, 0.0020708, 1 / 450000)
    return Longitudes(s=moon % 360, h=(moon - elongation) % 360, p=perigee % 360, n=node % 360)


def sun(terrestrial: float) -> float:
    """Apparent longitude of the sun, degrees, at a Julian day in TT, within 0.005.

    Meeus 25, and the pull of Venus, Jupiter and the moon after chapter 18 of his *Astronomical
    Formulae for Calculators*, 4th edition (1988).
    """
    t = (terrestrial - J2000) / CENTURY
    mean = _polynomial(t, 280.46646, 36000.76983, 0.0003032)
    anomaly = radians(_polynomial(t, 357.52911, 35999.05029, -0.0001537))
    centre = (
        _polynomial(t, 1.914602, -0.004817, -0.000014) * sin(anomaly)
        + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    node = radians(125.04 - 1934.136 * t)
    t += 1  # those of 1988 count from 1900
    pull = sum(size * _sine(start + speed * t) for size, start, speed in _PULL)
    return (mean + centre + pull - 0.00569 - 0.00478 * sin(node)) % 360


def new_moon(number: int) -> float:
    """Julian day in UT of a new moon, counted from that of 6 January 2000: Meeus 49."""
    t = number / 1236.85
    days = 2451550.09766 + 29.530588861 * number
    days += 0.00015437 * t**2 - 0.00000015 * t**3 + 0.00000000073 * t**4
    eccentricity = 1 - 0.002516 * t - 0.0000074 * t**2
    sun_anomaly = 2.5534 + 29.10535670 * number - 0.0000014 * t**2
    moon_anomaly = 201.5643 + 385.81693528 * number + 0.0107582 * t**2 + 0.00001238 * t**3
    latitude = 160.7108 + 390.67050284 * number - 0.0016118 * t**2
    node = 124.7746 - 1.56375588 * number + 0.0020672 * t**2
    for size, power, m, m1, f in _NEW_MOON:
        angle = m * sun_anomaly + m1 * moon_anomaly + f * latitude
        days += size * eccentricity**power * _sine(angle)
    days -= 0.00017 * _sine(node)
    for size, start, speed in _PLANETS:
        days += size * _sine(start + speed * number)
    return universal(days)


def _polynomial(x: float, *powers: float) -> float:
    value = 0.0
    for power in reversed(powers):
        value = value * x + power
    return value


def _sine(degrees: float) -> float:
    return sin(radians(fmod(degrees, 360)))
