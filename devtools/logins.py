"""Who can log in to the demo database: one user per role of PRO 008, section 3."""

# (role of the procedure, login); every password is the login itself.
LOGINS = (
    ("Gerencia General", "gerencia"),
    ("Departamento Comercial", "comercial"),
    ("Departamento Operativo: planificación", "planificador"),
    ("Departamento Operativo: técnico", "tecnico"),
    ("Atención al Cliente", "atencion"),
    ("Responsable del SGC", "sgc"),
    ("Cliente (portal)", "cliente"),
    ("Administración del sistema", "admin"),
)


def table() -> str:
    """Return the roles with their logins, one a line."""
    width = max(len(role) for role, _ in LOGINS)
    lines = [f"  {role:<{width}}  {login} / {login}" for role, login in LOGINS]
    return "\n".join(lines)
