"""Who hands this out, in one place: whoever publishes packages of Easel sets these four.

`example.org` is a domain that is reserved for examples. Nobody can be reached there, and no shop or
distribution will accept it; it stands here because the project has no domain of its own.
"""

NAME = "The Easel maintainers"
"""On packages, in setup and in software centres."""
MAIL = "easel@example.org"
"""Of whoever answers for the Debian package."""
ID = "org.example.easel"
"""The id in AppStream and on a Mac: a domain of the publisher, backwards, and a name."""
YEAR = "2026"
"""Of the copyright."""
