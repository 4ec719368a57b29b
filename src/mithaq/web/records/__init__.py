"""Pages that every instrument and note has, whichever register it belongs to.

``urls``         the addresses that a register takes over
``record``       one record with all its acts, as far as the reader may see it
``rows``         rows of lists, as far as the reader may see them
``rights``       the reader before the policy
``act_words``    words and icons for kinds of acts
``timeline``     every act in order
``differences``  two versions compared, by words
``facts``        what a page says about a record that no register explains
``tabs``         the way between the pages of one record
``views``        the pages
``downloads``    proof and policy files
"""
