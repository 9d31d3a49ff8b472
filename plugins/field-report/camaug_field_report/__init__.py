"""Reports from the spot (phản ánh hiện trường): citizens file them, their commune answers."""

from camaug_field_report.routes import plugin

__all__ = ["plugin"]
