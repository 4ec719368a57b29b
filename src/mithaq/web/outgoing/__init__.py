"""What leaves this node: drafts, the preview of exactly what crosses the border, the release by two.

``commands``  what may leave, as frozen values
``rules``     who starts it, who performs it, and whether that takes two persons
``drafts``    make, change, hand over, return, delete
``preview``   what crosses, with the hash that the button carries
``perform``   release: the row that the database judges, then the act, exactly once

Spec: docs/security, "Four eyes".
"""
