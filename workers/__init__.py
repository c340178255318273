"""Who does it: the dramatiq broker and actors, scheduler and reconciler: short functions that fetch, ask, store."""
