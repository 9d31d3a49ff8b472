"""Finds administrative procedures (thủ tục hành chính) and says what each asks for."""

from camaug_procedure_search.routes import plugin

__all__ = ["plugin"]
