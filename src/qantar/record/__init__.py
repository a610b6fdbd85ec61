"""The derived database: schema, loading, queries, search. Delete it, build again, same digest."""
