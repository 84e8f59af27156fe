"""What other programs speak to: the owner's loopback service, the HTTP API, the tools for assistants."""
