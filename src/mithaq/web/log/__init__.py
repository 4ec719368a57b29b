"""The public log of this node, as C2SP tlog-tiles: checkpoint, tiles, entry bundles."""
