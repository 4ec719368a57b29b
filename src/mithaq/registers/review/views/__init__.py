"""Pages of this register.

``about``    what a page is about, once the policy has let the reader in
``lists``    campaigns
``details``  the matrix of a campaign; an opinion, a deposit, an outcome
``actions``  forms that end in a preview
``seals``    deposit and opening of sealed opinions, shown before they are done
``dates``    what stands in the calendar and on home
"""
