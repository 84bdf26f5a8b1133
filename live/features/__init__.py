"""What the product does, one folder per capability; a ladder in which nobody imports upwards.

A slice: `routes.py` (doors) · `forms.py` (request → command) · `actions.py` (verbs) · `presenters.py`
(views). May import the runtime and the machinery below it; never another feature's doors.
"""
