"""The roof: pages that compose the apps, and the one live socket."""
