"""What is known: tables, migrations, applying events, snapshots, messages and their states, the journal."""
