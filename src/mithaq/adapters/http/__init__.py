"""HTTP: the server that carries ``web``, and the client that calls the nodes of partners."""
