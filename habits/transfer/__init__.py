"""Files in and out: imports of other trackers' exports and of our own, and the export of everything a user has.

``readers`` parse untrusted files into one neutral form, ``services`` and ``run`` put it into the tables, and
``export_json`` and ``export_csv`` write it out again.
"""
