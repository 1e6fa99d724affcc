from .model import SecurityPattern as SecurityPattern

__all__ = ["SecurityPattern"]
