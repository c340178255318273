"""How a deployment is set: settings, logging, creditors, the policy document."""
