"""What can go wrong between a receipt document and a signed file, each with the facts as fields.

RenderingError            (an OneThingError)
├── FontMissing           no usable Chinese font: run `command`
├── PdfUnavailable        WeasyPrint's system libraries are missing: hand out the HTML, run `command`
├── KeyUnreadable         a key file that is no P-256 key
└── ClaimTooLong          the QR code would no longer scan from paper
"""

from onething.errors import OneThingError


class RenderingError(OneThingError):
    """A receipt could not be drawn, signed or read; trying again alone does not help."""

    code = "rendering_failed"


class FontMissing(RenderingError):
    """Neither the built font nor the system's fallback is there: `folder`, `command`."""

    code = "font_missing"

    def __init__(self, folder: str, command: str) -> None:
        """Name where the font was looked for and the line that makes it."""
        self.folder, self.command = folder, command
        super().__init__(folder=folder, command=command)

    def __str__(self) -> str:
        """Show the mend: nothing here is personal."""
        return f"no Chinese font in {self.folder}: run `{self.command}`"


class PdfUnavailable(RenderingError):
    """The PDF libraries of the system cannot be loaded: `command`."""

    code = "pdf_unavailable"

    def __init__(self, command: str) -> None:
        """Name the line that installs them."""
        self.command = command
        super().__init__(command=command)

    def __str__(self) -> str:
        """Show the mend."""
        return f"WeasyPrint's system libraries cannot be loaded: run `{self.command}`"


class KeyUnreadable(RenderingError):
    """A file that should hold a P-256 key, public key or certificate in PEM does not: `path`, `reason`."""

    code = "key_unreadable"

    def __init__(self, path: str, reason: str) -> None:
        """Name the file and what is wrong with it, never its contents."""
        self.path, self.reason = path, reason
        super().__init__(path=path, reason=reason)

    def __str__(self) -> str:
        """Show file and reason."""
        return f"{self.path}: {self.reason}"


class ClaimTooLong(RenderingError):
    """The signed claim does not fit in a QR code that a phone reads from paper: `length`, `limit`."""

    code = "claim_too_long"

    def __init__(self, length: int, limit: int) -> None:
        """Keep both sizes in bytes."""
        self.length, self.limit = length, limit
        super().__init__(length=length, limit=limit)
