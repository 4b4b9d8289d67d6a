"""GraphQL as peregrine answers it (contract section 11)."""
