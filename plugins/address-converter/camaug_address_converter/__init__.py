"""Turns addresses from before 01/07/2025 into those of today (địa chỉ cũ thành địa chỉ mới)."""

from camaug_address_converter.routes import plugin

__all__ = ["plugin"]
