"""Who does it: the dramatiq broker and actors, scheduler, reconciler; short functions that fetch, ask the core, store."""
