from . import holidays, history
