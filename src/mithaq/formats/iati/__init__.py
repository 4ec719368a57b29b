"""IATI 2.03 (iatistandard.org): activities with their dates, states and results, for whoever publishes them.

``activities``  what a file of ours consists of, and its bytes
"""
