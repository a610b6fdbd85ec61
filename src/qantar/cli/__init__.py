"""Commands: a thin shell around one use case each; the only place that prints."""
