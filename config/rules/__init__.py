"""Law as data: what the law says, in YAML that a person can check and change, each value with its source and dates."""
