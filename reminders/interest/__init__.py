"""Interest for late payment: what a debt has gathered by the law's or the contract's rate, period by period."""
