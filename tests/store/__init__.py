"""The store on real SQLite and, where a server binary is found, real PostgreSQL."""
