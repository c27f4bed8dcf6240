"""HTTP: routes, error to status, pages. Only here: flask."""
