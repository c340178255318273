"""Private servers for tests: found or installed, started on free ports, gone when the test run is gone."""
