"""``linli dispatch``: a public day played against the solver that the service uses."""
