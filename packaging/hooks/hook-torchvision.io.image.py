"""Leaves torchvision's image extension and its codecs out: Pillow and Qt read pictures here."""
