"""What a call costs, measured against a floor: a bare handler under the same server."""
