"""The overlay's address: the token in it, how the picture is to look, and a new address when the old one got out."""
