"""Pictures of products, sent by the crew."""

from live.features.docs.presenters.calls import OPERATOR, SHOW_ID, call, said
from live.features.docs.presenters.schema import Schema, answer

ABOUT = """\
JPEG, PNG or WebP; at most 10 MiB and 64 million pixels. The body is the file itself; a form with the field
`file` will do as well. It is turned upright, made small (960 and 240 pixels on the longer side) and kept as WebP without anything
that the camera wrote beside it. The same picture has the same address; a picture that no item and no template has
had for a day is removed."""
PICTURE: Schema = {"type": "string", "format": "uri-reference"}

SCHEMAS: dict[str, Schema] = {
    "Picture": answer(
        {
            "image_url": {**PICTURE, "description": "For an item's `image_url`"},
            "small_url": {**PICTURE, "description": "The same for lists"},
        },
        {
            "image_url": "/pictures/9f86d081884c7d659a2feaa0c55ad015.webp",
            "small_url": "/pictures/9f86d081884c7d659a2feaa0c55ad015-240.webp",
        },
    ),
}

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/pictures": {
        "parameters": [SHOW_ID],
        "post": call(
            "addPicture", "Send a picture of a product", tag="items", who=OPERATOR, about=ABOUT,
            body={
                "required": True,
                "content": {
                    "image/*": {"schema": {"type": "string", "format": "binary"}},
                },
            },
            answers={201: said("Picture", "Where it is")},
            refusals=[404, 429, 503],
        ),
    },
}  # fmt: skip
