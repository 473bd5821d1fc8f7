"""The registry package, tested."""
