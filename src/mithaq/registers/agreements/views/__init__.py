"""Pages of the register.

``about``     what a page is about, once the policy has let the reader in
``lists``     texts by their next date; texts in hand
``details``   a text: articles, who has signed, what is missing, what happens next; the consolidated text
``drafting``  a text in hand, article by article
``starting``  new texts, counter-proposals, new versions, amendments, corrections
``acting``    signing, initialling, notices
"""
