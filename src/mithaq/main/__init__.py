"""Settings, urls, wiring and command line: the only place that knows all the rest."""
