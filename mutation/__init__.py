"""Whether the clinical cases would notice a wrong number, code or comparison in the knowledge (`make mutate`)."""
