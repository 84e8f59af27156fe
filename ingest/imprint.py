"""Whose copyright a line claims: "© 2025 Latin Post. All rights reserved" names the outlet."""

import re

IMPRINT = re.compile(
    r"(?:©|\(c\)|copyright)\s*©?\s*(?:(?:\d{4}\s*[-–]\s*)?\d{4}\b,?\s*)?(?:by\s+)?(?!all rights)"
    r"(?P<name>[^\W\d_](?:[^.|\n©]|\.(?=\w)){1,60}?)"
    r"(?=\s*(?:\.(?!\w)|\||$|,?\s+(?:\d{4}\b|all rights|inc\b|ltd\b|llc\b|plc\b|corp\b)))",
    re.IGNORECASE,
)
