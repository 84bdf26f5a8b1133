"""Pictures of products: made small in a process of their own, kept in a folder under the name of their content."""

from live.pictures.folder import PictureError, Pictures

__all__ = ["PictureError", "Pictures"]
