"""Files for the programs that offices write with: a text as ``docx``, a list as ``xlsx``.

Made only where the extra ``mithaq[office]`` is installed; without it no page offers them.

``document``  a text in two columns, Arabic on the right, as a document
``table``     a list as a table, from right to left where its language is
``xml_text``  what either can hold of a text
``taking``    a list of the workspace as such a table, with what says which export it is

Spec: experience 3.7.
"""
