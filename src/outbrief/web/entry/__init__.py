"""Getting in: signing in and out, invitations, passwords, the tenant to look at, and a person's own profile."""
