"""The run: what joins catalogue, fixtures and reports into a pytest session."""
