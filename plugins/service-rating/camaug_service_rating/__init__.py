"""How dossiers are handled, in figures (đánh giá mức độ hài lòng): boards, open data, leaders."""

from camaug_service_rating.routes import plugin

__all__ = ["plugin"]
