"""The endpoints of OpenAI's that its unchanged client speaks to."""
