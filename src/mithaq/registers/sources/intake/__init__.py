"""What a person does with public texts on this node: takes in, says more, decides, puts together.

Everything goes to the local journal; the read model is filled from there. No partner sees any of it.

``adding``    bytes to a source
``deciding``  accept, reject, mark, unmark, one meeting or two, attach
"""
