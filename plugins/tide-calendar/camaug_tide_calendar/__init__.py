"""Tides and lunar dates (lịch con nước, thủy triều) at stations of both coasts of Cà Mau."""

from camaug_tide_calendar.routes import plugin

__all__ = ["plugin"]
