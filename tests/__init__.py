"""The tests. They mirror the rooms; `infra` starts what they need, `project` tests the project itself."""
