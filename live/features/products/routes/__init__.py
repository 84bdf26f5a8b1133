"""The API of the line-up (`items.py`), and pictures: sent by the crew, fetched by everyone (`pictures.py`)."""

from live.features.products.routes import items, pictures

routes = [*items.routes, *pictures.api]
pages = pictures.pages
